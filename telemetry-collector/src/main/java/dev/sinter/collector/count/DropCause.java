package dev.sinter.collector.count;

/** Why a message or a span was not used. The first five count messages, the others spans. */
public enum DropCause {
    /** Message that is no OTLP trace export. */
    MALFORMED,
    /** Message above 4 MiB, compressed or not. */
    TOO_LARGE,
    /** Message in an encoding or a media type that is not understood. */
    UNSUPPORTED,
    /** Message without the token. */
    UNAUTHENTICATED,
    /** Message refused because the queue was full. */
    OVERLOAD,
    /** Span without ids, or that ends before it starts. */
    INVALID_SPAN,
    /** Span that names no workload. */
    NO_IDENTITY,
    /** Span of neither a received nor a sent request. */
    NO_CALL,
    /** Span that ended further back than anything is kept. */
    TOO_OLD,
    /** Span that ends after now, by more than clocks differ. */
    FUTURE,
    /** Span that came after its time was resolved: counted in rates, not paired. */
    LATE,
    /** Span of one proxy too many: counted in rates, not paired. */
    POD_LIMIT,
    /** Span above what is kept for one proxy: counted in rates, not paired. */
    POD_SPAN_LIMIT,
    /** Call that left no room to wait for its other side: counted in rates, not in hop costs. */
    LINK_LIMIT,
    /** Call of a fused workload of which no single member can be the caller: counted in arms, not in edges. */
    UNKNOWN_MEMBER,
    /** Span for whose statistics there was no room. */
    CELL_LIMIT
}
