package dev.sinter.control.traces;

import java.util.function.Consumer;

/** Jaeger's JSON: what its interface downloads and its query service answers. */
final class JaegerJson {
    private static final double MICROS_PER_MS = 1e3;

    private JaegerJson() {}

    static boolean matches(Located document) {
        return document.has("data");
    }

    static void read(Located document, Consumer<TraceSpan> spans) {
        for (Located trace : document.at("data").elements()) {
            for (Located span : trace.at("spans").elements()) {
                Located process = span.has("process")
                        ? span.at("process")
                        : trace.at("processes").at(span.at("processID").text());
                double startMs = span.at("startTime").number() / MICROS_PER_MS;
                spans.accept(new TraceSpan(
                        span.at("traceID").text(),
                        span.at("spanID").text(),
                        parent(span),
                        process.at("serviceName").text(),
                        TraceSpan.kind(tag(span.at("tags"), "span.kind")),
                        false,
                        startMs,
                        startMs + span.at("duration").number() / MICROS_PER_MS,
                        tag(process.at("tags"), "telemetry.sdk.language")));
            }
        }
    }

    private static String parent(Located span) {
        for (Located reference : span.at("references").elements()) {
            if (reference.at("refType").text("CHILD_OF").equals("CHILD_OF")) {
                return reference.at("spanID").text();
            }
        }
        return span.at("parentSpanID").text("");
    }

    private static String tag(Located tags, String key) {
        for (Located tag : tags.elements()) {
            if (tag.at("key").text("").equals(key)) {
                return tag.at("value").text("");
            }
        }
        return "";
    }
}
