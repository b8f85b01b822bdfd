package dev.sinter.control.traces;

import java.util.function.Consumer;

/** Zipkin's JSON, version 2: a list of spans, or a list of traces, each a list of spans. */
final class ZipkinJson {
    private static final double MICROS_PER_MS = 1e3;

    private ZipkinJson() {}

    static boolean matches(Located document) {
        return document.node().isArray();
    }

    static void read(Located document, Consumer<TraceSpan> spans) {
        for (Located element : document.elements()) {
            if (element.node().isArray()) {
                read(element, spans);
            } else if (element.has("timestamp")) {
                spans.accept(span(element));
            }
        }
    }

    private static TraceSpan span(Located span) {
        double startMs = span.at("timestamp").number() / MICROS_PER_MS;
        double durationMs = span.has("duration") ? span.at("duration").number() / MICROS_PER_MS : 0;
        return new TraceSpan(
                span.at("traceId").text(),
                span.at("id").text(),
                span.at("parentId").text(""),
                span.at("localEndpoint").at("serviceName").text(),
                TraceSpan.kind(span.at("kind").text("")),
                span.at("shared").node().asBoolean(),
                startMs,
                startMs + durationMs,
                "");
    }
}
