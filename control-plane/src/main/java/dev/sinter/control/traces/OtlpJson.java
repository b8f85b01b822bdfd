package dev.sinter.control.traces;

import java.util.function.Consumer;

/** OTLP/JSON: what the OpenTelemetry Collector's file exporter writes. */
final class OtlpJson {
    private static final double NANOS_PER_MS = 1e6;

    private OtlpJson() {}

    static boolean matches(Located document) {
        return document.has("resourceSpans");
    }

    static void read(Located document, Consumer<TraceSpan> spans) {
        for (Located resource : document.at("resourceSpans").elements()) {
            Located attributes = resource.at("resource").at("attributes");
            String service = attribute(attributes, "service.name");
            if (service.isEmpty()) {
                throw attributes.wrong("an attribute service.name");
            }
            String language = attribute(attributes, "telemetry.sdk.language");
            String name = attribute(attributes, "process.runtime.name");
            String runtime = (name.isEmpty() ? language : name) + attribute(attributes, "process.runtime.version");
            for (Located scope : resource.at("scopeSpans").elements()) {
                for (Located span : scope.at("spans").elements()) {
                    spans.accept(span(span, service, runtime));
                }
            }
        }
    }

    private static TraceSpan span(Located span, String service, String runtime) {
        return new TraceSpan(
                span.at("traceId").text(),
                span.at("spanId").text(),
                span.at("parentSpanId").text(""),
                service,
                TraceSpan.kind(span.at("kind").text("")),
                false,
                span.at("startTimeUnixNano").number() / NANOS_PER_MS,
                span.at("endTimeUnixNano").number() / NANOS_PER_MS,
                runtime);
    }

    private static String attribute(Located attributes, String key) {
        for (Located attribute : attributes.elements()) {
            if (attribute.at("key").text("").equals(key)) {
                return attribute.at("value").at("stringValue").text("");
            }
        }
        return "";
    }
}
