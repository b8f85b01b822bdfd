package dev.sinter.collector.otlp;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.ByteBuffer;
import java.util.List;

/** Export requests as senders make them. */
public final class Otlp {

    private Otlp() {}

    public static ExportTraceServiceRequest request(String serviceName, List<Span> spans) {
        return ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(ResourceSpans.newBuilder()
                        .setResource(Resource.newBuilder().addAttributes(attribute("service.name", serviceName)))
                        .addScopeSpans(ScopeSpans.newBuilder().addAllSpans(spans)))
                .build();
    }

    /** A request that {@code tree/b} received: a complete span to change. */
    public static Span.Builder received() {
        return Span.newBuilder()
                .setTraceId(id(7, 9))
                .setSpanId(id(11))
                .setParentSpanId(id(13))
                .setName("ingress")
                .setKind(Span.SpanKind.SPAN_KIND_SERVER)
                .setStartTimeUnixNano(1_000_000_000L)
                .setEndTimeUnixNano(1_002_000_000L)
                .addAttributes(attribute("node_id", "tree/b"))
                .addAttributes(attribute("http.status_code", "200"))
                .addAttributes(attribute("response_flags", "-"))
                .addAttributes(attribute("upstream_cluster", "inbound|8080||"));
    }

    /** A call that {@code tree/a} made to {@code cluster}. */
    public static Span.Builder sent(String cluster) {
        return Span.newBuilder()
                .setTraceId(id(7, 9))
                .setSpanId(id(13))
                .setKind(Span.SpanKind.SPAN_KIND_CLIENT)
                .setStartTimeUnixNano(999_000_000L)
                .setEndTimeUnixNano(1_003_000_000L)
                .addAttributes(attribute("node_id", "tree/a"))
                .addAttributes(attribute("upstream_cluster", cluster));
    }

    public static KeyValue attribute(String key, String value) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setStringValue(value))
                .build();
    }

    public static ByteString id(long... words) {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES * words.length);
        for (long word : words) {
            bytes.putLong(word);
        }
        return ByteString.copyFrom(bytes.array());
    }
}
