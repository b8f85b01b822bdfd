package dev.sinter.control.traces;

/**
 * One span of any format.
 *
 * @param trace it belongs to
 * @param id unique in its trace, but for a Zipkin span that client and server share
 * @param parent id of the parent, or empty
 * @param service that recorded it
 * @param kind what it stands for
 * @param shared whether a client span of the same id is its parent
 * @param startMs since the epoch
 * @param endMs since the epoch
 * @param runtime of the service, or empty
 */
record TraceSpan(
        String trace,
        String id,
        String parent,
        String service,
        Kind kind,
        boolean shared,
        double startMs,
        double endMs,
        String runtime) {

    enum Kind {
        SERVER,
        CLIENT,
        OTHER
    }

    double durationMs() {
        return endMs - startMs;
    }

    /** The kind that a format's own word means, such as {@code SPAN_KIND_SERVER}, {@code consumer} or {@code 2}. */
    static Kind kind(String word) {
        return switch (word.toUpperCase(java.util.Locale.ROOT).replaceFirst("^SPAN_KIND_", "")) {
            case "SERVER", "CONSUMER", "2", "5" -> Kind.SERVER;
            case "CLIENT", "PRODUCER", "3", "4" -> Kind.CLIENT;
            default -> Kind.OTHER;
        };
    }
}
