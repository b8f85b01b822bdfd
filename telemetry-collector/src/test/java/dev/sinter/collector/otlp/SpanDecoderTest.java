package dev.sinter.collector.otlp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.TextFormat;
import dev.sinter.collector.count.Counts;
import dev.sinter.collector.count.DropCause;
import dev.sinter.collector.hop.Callee;
import dev.sinter.collector.hop.Hop;
import dev.sinter.collector.hop.Proxy;
import dev.sinter.collector.hop.ProxyNaming;
import dev.sinter.collector.hop.Role;
import dev.sinter.collector.hop.Side;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpanDecoderTest {

    private final Counts counts = new Counts();
    private final SpanDecoder decoder = new SpanDecoder(ProxyNaming.standard(), counts);

    @Test
    void receivedRequest() throws MalformedOtlpException {
        assertThat(hop(Otlp.received().build()))
                .isEqualTo(new Hop(
                        new Proxy("tree/b", "b", Role.FUNCTION),
                        Side.INBOUND,
                        null,
                        null,
                        9,
                        11,
                        13,
                        1_000_000_000L,
                        1_002_000_000L,
                        false,
                        false));
    }

    @ParameterizedTest
    @CsvSource({
        "outbound|80||b, b, original",
        "outbound|8080|fused-g1|b, b, fused-g1",
        "outbound|80|v2|b, b, original",
        "outbound|80||b.demo.svc.cluster.local, demo/b, original",
        "outbound|80||b.demo.svc.cluster.local;, demo/b, original",
        "outbound|443||api.example.com, api.example.com, original"
    })
    void sentCall_clusterNamesCalleeAndArm(String cluster, String function, String arm) throws MalformedOtlpException {
        assertThat(hop(Otlp.sent(cluster).build()).callee()).isEqualTo(new Callee(function, arm));
    }

    @Test
    void sentCall_toNoCallee_isIgnored() throws MalformedOtlpException {
        assertThat(decode(Otlp.sent("PassthroughCluster").build())).isEqualTo(new Decoded(List.of(), 0));
        assertThat(counts.snapshot().dropped(DropCause.NO_CALL)).isEqualTo(1);
    }

    @Test
    void member_countsOnlyInFusedWorkloads() throws MalformedOtlpException {
        KeyValue member = Otlp.attribute("sinter.function", "e");
        Span fused = Otlp.received()
                .addAttributes(Otlp.attribute("node_id", "tree/fused-g1"))
                .addAttributes(member)
                .build();
        assertThat(hop(fused).function()).isEqualTo("e");
        assertThat(hop(Otlp.received().addAttributes(member).build()).function())
                .isEqualTo("b");
    }

    @Test
    void memberUnknown_inFusedWorkload_isNoFunction() throws MalformedOtlpException {
        Span fused = Otlp.received()
                .addAttributes(Otlp.attribute("node_id", "tree/fused-g1"))
                .build();
        assertThat(hop(fused).function()).isNull();
    }

    @Test
    void local_asTextOrBoolean() throws MalformedOtlpException {
        Span text = Otlp.received()
                .addAttributes(Otlp.attribute("sinter.local", "true"))
                .build();
        Span bool = Otlp.received()
                .addAttributes(KeyValue.newBuilder()
                        .setKey("sinter.local")
                        .setValue(AnyValue.newBuilder().setBoolValue(true)))
                .build();
        assertThat(hop(text).local()).isTrue();
        assertThat(hop(bool).local()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "http.status_code, 200, -, false",
        "http.status_code, 404, -, false",
        "http.status_code, 503, UH, true",
        "http.status_code, 0, DC, true",
        "http.status_code, 200, UC, true",
        "http.response.status_code, 500, -, true",
        "http.response.status_code, 204, 'DI,FI', false"
    })
    void failure_byStatusAndFlags(String key, String status, String flags, boolean failed)
            throws MalformedOtlpException {
        Span span = Otlp.received()
                .clearAttributes()
                .addAttributes(Otlp.attribute("node_id", "tree/b"))
                .addAttributes(Otlp.attribute(key, status))
                .addAttributes(Otlp.attribute("response_flags", flags))
                .setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR))
                .build();
        assertThat(hop(span).failed()).isEqualTo(failed);
    }

    @Test
    void failure_withoutHttpStatus_isTheSpansOwn() throws MalformedOtlpException {
        Span span = Otlp.received()
                .clearAttributes()
                .addAttributes(Otlp.attribute("node_id", "tree/b"))
                .setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR))
                .build();
        assertThat(hop(span).failed()).isTrue();
    }

    @Test
    void unusableSpans_areRejectedOneByOne() throws MalformedOtlpException {
        Decoded decoded = decode(
                Otlp.received().setSpanId(ByteString.EMPTY).build(),
                Otlp.received().setEndTimeUnixNano(1).build(),
                Otlp.received().setStartTimeUnixNano(-5).build(),
                Otlp.received().setTraceId(Otlp.id(1)).build(),
                Otlp.received().build());
        assertThat(decoded.rejected()).isEqualTo(4);
        assertThat(decoded.hops()).hasSize(1);
        assertThat(counts.snapshot().dropped(DropCause.INVALID_SPAN)).isEqualTo(4);
    }

    @Test
    void nodeIdMissing_serviceNameDecides() throws MalformedOtlpException {
        Span span = Otlp.received().clearAttributes().build();
        byte[] message = Otlp.request("b.tree", List.of(span)).toByteArray();
        assertThat(decoder.decode(message).hops().getFirst().proxy())
                .isEqualTo(new Proxy("b.tree", "b", Role.FUNCTION));
    }

    @Test
    void namesNobodyShouldPrint_areNoIdentity() throws MalformedOtlpException {
        Span escape = Otlp.received()
                .clearAttributes()
                .addAttributes(Otlp.attribute("node_id", "tree/\u001b[2J"))
                .build();
        Span endless = Otlp.received()
                .clearAttributes()
                .addAttributes(Otlp.attribute("node_id", "tree/" + "x".repeat(300)))
                .build();
        byte[] message = Otlp.request("", List.of(escape, endless)).toByteArray();
        assertThat(decoder.decode(message).rejected()).isEqualTo(2);
        assertThat(counts.snapshot().dropped(DropCause.NO_IDENTITY)).isEqualTo(2);
    }

    @Test
    void resourceAfterItsSpans_isStillTheirs() throws MalformedOtlpException, IOException {
        ResourceSpans whole = Otlp.request(
                        "b.tree", List.of(Otlp.received().clearAttributes().build()))
                .getResourceSpans(0);
        ByteString backwards = whole.toBuilder()
                .clearResource()
                .build()
                .toByteString()
                .concat(whole.toBuilder().clearScopeSpans().build().toByteString());
        byte[] message = ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(ResourceSpans.getDefaultInstance())
                .build()
                .toByteArray();
        ByteString.Output out = ByteString.newOutput();
        out.write(message, 0, 1);
        out.write(backwards.size() | 0x80);
        out.write(backwards.size() >> 7);
        backwards.writeTo(out);
        assertThat(decoder.decode(out.toByteString().toByteArray()).hops()).hasSize(1);
    }

    @Test
    void istiosOwnSpans() throws IOException, MalformedOtlpException {
        ExportTraceServiceRequest.Builder spans = ExportTraceServiceRequest.newBuilder();
        try (InputStream text = requireNonNull(getClass().getResourceAsStream("istio-spans.txtpb"))) {
            TextFormat.merge(new InputStreamReader(text, UTF_8), spans);
        }
        Decoded decoded = decoder.decode(spans.build().toByteArray());
        assertThat(decoded.rejected()).isZero();
        assertThat(decoded.hops())
                .extracting(hop -> hop.side() + " " + hop.function() + " " + hop.callee() + " " + hop.failed())
                .startsWith(
                        "INBOUND demo/a null false",
                        "OUTBOUND demo/a Callee[function=demo/b, arm=original] false",
                        "INBOUND demo/b null false")
                .hasSize(10);
        Hop call = decoded.hops().get(1);
        Hop request = decoded.hops().get(2);
        assertThat(request.parentSpanId()).isEqualTo(call.spanId());
        assertThat(request.traceId()).isEqualTo(call.traceId());
        assertThat(call.within(decoded.hops().getFirst())).isTrue();
    }

    @Property(tries = 2000)
    void anyBytes_areDecodedOrMalformed(@ForAll @Size(max = 600) byte[] bytes) {
        assertNothingElseIsThrown(bytes);
    }

    @Property(tries = 5000)
    void damagedMessages_areDecodedOrMalformed(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] message = Otlp.request(
                        "b.tree",
                        List.of(
                                Otlp.received().build(),
                                Otlp.sent("outbound|80||b").build()))
                .toByteArray();
        for (int damages = 1 + random.nextInt(8); damages > 0; damages--) {
            message[random.nextInt(message.length)] = (byte) random.nextInt();
        }
        assertNothingElseIsThrown(Arrays.copyOf(message, random.nextInt(message.length) + 1));
        assertNothingElseIsThrown(message);
    }

    @Property(tries = 300)
    void everyProperPrefix_losesSpansOrIsMalformed(@ForAll int length) {
        byte[] message =
                Otlp.request("b.tree", List.of(Otlp.received().build())).toByteArray();
        byte[] prefix = Arrays.copyOf(message, 1 + Math.floorMod(length, message.length - 1));
        assertThatThrownBy(() -> decoder.decode(prefix)).isInstanceOf(MalformedOtlpException.class);
    }

    private void assertNothingElseIsThrown(byte[] bytes) {
        try {
            assertThat(decoder.decode(bytes).hops()).allSatisfy(hop -> {
                assertThat(hop.spanId()).isNotZero();
                assertThat(hop.durationNanos()).isNotNegative();
                assertThat(hop.side() == Side.OUTBOUND).isEqualTo(hop.callee() != null);
            });
        } catch (MalformedOtlpException e) {
            assertThat(e).hasMessageStartingWith("SNT0403");
        }
    }

    private Hop hop(Span span) throws MalformedOtlpException {
        return decode(span).hops().getFirst();
    }

    private Decoded decode(Span... spans) throws MalformedOtlpException {
        return decoder.decode(Otlp.request("x.y", List.of(spans)).toByteArray());
    }
}
