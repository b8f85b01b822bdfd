package dev.sinter.collector.otlp;

import dev.sinter.collector.count.Counts;
import dev.sinter.collector.hop.Callee;
import dev.sinter.collector.hop.Hop;
import dev.sinter.collector.hop.ProxyNaming;
import dev.sinter.collector.hop.Side;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Hops as the messages that Envoy would have sent of them: 18 attributes, about 750 bytes a span. */
public final class EnvoyMessages {

    private EnvoyMessages() {}

    /** In the order of {@code hops}; each message holds spans of one proxy. */
    public static List<byte[]> of(List<Hop> hops, int spansPerMessage) {
        Map<String, List<Span>> waiting = new LinkedHashMap<>();
        List<byte[]> messages = new ArrayList<>();
        for (Hop hop : hops) {
            List<Span> batch = waiting.computeIfAbsent(hop.proxy().pod(), pod -> new ArrayList<>());
            batch.add(span(hop));
            if (batch.size() == spansPerMessage) {
                messages.add(
                        Otlp.request(hop.proxy().workload() + ".tree", batch).toByteArray());
                batch.clear();
            }
        }
        return messages;
    }

    /** What the receiver makes of a message. */
    public static final class Decoding {

        private final SpanDecoder decoder = new SpanDecoder(ProxyNaming.standard(), new Counts());

        public List<Hop> decode(byte[] message) {
            try {
                return decoder.decode(message).hops();
            } catch (MalformedOtlpException e) {
                throw new IllegalArgumentException(e);
            }
        }
    }

    private static Span span(Hop hop) {
        Callee callee = hop.callee();
        String cluster = callee == null ? "inbound|8080||" : "outbound|8080||" + callee.function();
        return Span.newBuilder()
                .setTraceId(Otlp.id(hop.traceId() ^ 0x5555, hop.traceId()))
                .setSpanId(Otlp.id(hop.spanId()))
                .setParentSpanId(Otlp.id(hop.parentSpanId()))
                .setName((hop.side() == Side.INBOUND ? "ingress " : "egress ")
                        + hop.proxy().workload() + ":8080")
                .setKind(hop.side() == Side.INBOUND ? Span.SpanKind.SPAN_KIND_SERVER : Span.SpanKind.SPAN_KIND_CLIENT)
                .setStartTimeUnixNano(hop.startNanos())
                .setEndTimeUnixNano(hop.endNanos())
                .addAttributes(Otlp.attribute("node_id", hop.proxy().pod()))
                .addAttributes(Otlp.attribute("zone", ""))
                .addAttributes(Otlp.attribute("guid:x-request-id", "f06a4de2-19d6-9bc5-8599-bdffa7387c0d"))
                .addAttributes(
                        Otlp.attribute("http.url", "http://" + hop.proxy().workload() + ":8080/some/path?n=12345"))
                .addAttributes(Otlp.attribute("http.method", "GET"))
                .addAttributes(Otlp.attribute("downstream_cluster", "-"))
                .addAttributes(Otlp.attribute("user_agent", "python-requests/2.32.3"))
                .addAttributes(Otlp.attribute("http.protocol", "HTTP/1.1"))
                .addAttributes(Otlp.attribute("peer.address", "10.201.0.9"))
                .addAttributes(Otlp.attribute("request_size", "0"))
                .addAttributes(Otlp.attribute("response_size", "3417"))
                .addAttributes(Otlp.attribute("component", "proxy"))
                .addAttributes(Otlp.attribute("upstream_cluster", cluster))
                .addAttributes(Otlp.attribute("upstream_cluster.name", cluster))
                .addAttributes(Otlp.attribute("http.status_code", "200"))
                .addAttributes(Otlp.attribute("response_flags", "-"))
                .addAttributes(Otlp.attribute("upstream_address", "10.201.0.11:8080"))
                .addAttributes(Otlp.attribute("mesh_id", "cluster.local"))
                .build();
    }
}
