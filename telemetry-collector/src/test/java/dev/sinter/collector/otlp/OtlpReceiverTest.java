package dev.sinter.collector.otlp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sinter.collector.count.Counts;
import dev.sinter.collector.count.DropCause;
import dev.sinter.collector.hop.Hop;
import dev.sinter.collector.hop.ProxyNaming;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Both transports over real sockets: every refusal says why, is counted, and leaves the receiver as it was. */
class OtlpReceiverTest {

    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final ExportTraceServiceRequest GOOD =
            Otlp.request("b.tree", List.of(Otlp.received().build()));
    private static final byte[] GARBAGE = {10, 127, 1, 2, 3};

    private final Counts counts = new Counts();
    private final Queue<Hop> taken = new ConcurrentLinkedQueue<>();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private boolean full;

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable resource : open.reversed()) {
            resource.close();
        }
    }

    @Test
    void grpc_takesSpans() {
        OtlpReceiver receiver = start(null);
        assertThat(grpc(receiver, null).export(GOOD)).isEqualTo(ExportTraceServiceResponse.getDefaultInstance());
        assertThat(taken).hasSize(1);
        assertThat(counts.snapshot().spans()).isEqualTo(1);
    }

    @Test
    void grpc_takesGzip() {
        OtlpReceiver receiver = start(null);
        grpc(receiver, null).withCompression("gzip").export(GOOD);
        assertThat(taken).hasSize(1);
    }

    @Test
    void grpc_emptyRequest_isFine() {
        OtlpReceiver receiver = start(null);
        grpc(receiver, null).export(ExportTraceServiceRequest.getDefaultInstance());
        assertThat(counts.snapshot().messages()).isEqualTo(1);
    }

    @Test
    void grpc_garbage_isInvalidArgument_andTheNextMessageIsTaken() {
        OtlpReceiver receiver = start(null);
        assertThatThrownBy(() -> raw(receiver, GARBAGE)).isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
            assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(e).hasMessageContaining("SNT0403");
        });
        assertThat(counts.snapshot().dropped(DropCause.MALFORMED)).isEqualTo(1);
        grpc(receiver, null).export(GOOD);
        assertThat(taken).hasSize(1);
    }

    @Test
    void grpc_tooLarge_isResourceExhausted_andTheNextMessageIsTaken() {
        OtlpReceiver receiver = start(null);
        assertThatThrownBy(() -> raw(receiver, new byte[ExportService.MAX_MESSAGE_BYTES + 1]))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED));
        await().untilAsserted(() ->
                assertThat(counts.snapshot().dropped(DropCause.TOO_LARGE)).isEqualTo(1));
        grpc(receiver, null).export(GOOD);
        assertThat(taken).hasSize(1);
    }

    @Test
    void grpc_gzipBomb_isResourceExhausted() {
        OtlpReceiver receiver = start(null);
        ExportTraceServiceRequest bomb = Otlp.request("x".repeat(8 << 20), List.of());
        assertThatThrownBy(() -> grpc(receiver, null).withCompression("gzip").export(bomb))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED));
        assertThat(counts.snapshot().dropped(DropCause.TOO_LARGE)).isEqualTo(1);
    }

    @Test
    void grpc_overload_isResourceExhausted() {
        OtlpReceiver receiver = start(null);
        full = true;
        assertThatThrownBy(() -> grpc(receiver, null).export(GOOD))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED));
        assertThat(counts.snapshot().dropped(DropCause.OVERLOAD)).isEqualTo(1);
        assertThat(counts.snapshot().dropped(DropCause.TOO_LARGE)).isZero();
    }

    @Test
    void grpc_unusableSpans_arePartialSuccess() {
        OtlpReceiver receiver = start(null);
        ExportTraceServiceRequest half = Otlp.request(
                "b.tree",
                List.of(Otlp.received().build(), Otlp.received().clearSpanId().build()));
        ExportTraceServiceResponse response = grpc(receiver, null).export(half);
        assertThat(response.getPartialSuccess().getRejectedSpans()).isEqualTo(1);
        assertThat(response.getPartialSuccess().getErrorMessage()).startsWith("SNT0405");
        assertThat(taken).hasSize(1);
    }

    @Test
    void grpc_wrongOrNoToken_isUnauthenticated() {
        OtlpReceiver receiver = start(new IngestToken("secret"));
        grpc(receiver, "secret").export(GOOD);
        for (String wrong : new String[] {null, "", "secre", "secret1"}) {
            assertThatThrownBy(() -> grpc(receiver, wrong).export(GOOD))
                    .isInstanceOfSatisfying(
                            StatusRuntimeException.class,
                            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED));
        }
        assertThat(taken).hasSize(1);
        assertThat(counts.snapshot().dropped(DropCause.UNAUTHENTICATED)).isEqualTo(4);
    }

    @Test
    void http_takesSpans_plainAndGzip() throws Exception {
        OtlpReceiver receiver = start(null);
        HttpResponse<byte[]> plain = post(receiver, GOOD.toByteArray());
        assertThat(plain.statusCode()).isEqualTo(200);
        assertThat(plain.headers().firstValue("content-type")).contains("application/x-protobuf");
        assertThat(post(receiver, gzip(GOOD.toByteArray()), "Content-Encoding", "gzip")
                        .statusCode())
                .isEqualTo(200);
        assertThat(taken).hasSize(2);
    }

    @Test
    void http_garbage_isBadRequest_andTheNextMessageIsTaken() throws Exception {
        OtlpReceiver receiver = start(null);
        HttpResponse<byte[]> refused = post(receiver, GARBAGE);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(new String(refused.body(), UTF_8)).contains("SNT0403");
        assertThat(post(receiver, GARBAGE, "Content-Encoding", "gzip").statusCode())
                .isEqualTo(400);
        assertThat(counts.snapshot().dropped(DropCause.MALFORMED)).isEqualTo(2);
        assertThat(post(receiver, GOOD.toByteArray()).statusCode()).isEqualTo(200);
    }

    @Test
    void http_tooLarge_isRefused_compressedOrNot() throws Exception {
        OtlpReceiver receiver = start(null);
        byte[] large = new byte[ExportService.MAX_MESSAGE_BYTES + 1];
        assertThat(post(receiver, large).statusCode()).isEqualTo(413);
        assertThat(post(receiver, gzip(new byte[8 << 20]), "Content-Encoding", "gzip")
                        .statusCode())
                .isEqualTo(413);
        assertThat(counts.snapshot().dropped(DropCause.TOO_LARGE)).isEqualTo(2);
        assertThat(post(receiver, GOOD.toByteArray()).statusCode()).isEqualTo(200);
    }

    @Test
    void http_overload_isTooManyRequests() throws Exception {
        OtlpReceiver receiver = start(null);
        full = true;
        assertThat(post(receiver, GOOD.toByteArray()).statusCode()).isEqualTo(429);
        assertThat(counts.snapshot().dropped(DropCause.OVERLOAD)).isEqualTo(1);
    }

    @Test
    void http_jsonIsUnsupported() throws Exception {
        OtlpReceiver receiver = start(null);
        HttpRequest json = HttpRequest.newBuilder(uri(receiver))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();
        assertThat(http.send(json, HttpResponse.BodyHandlers.discarding()).statusCode())
                .isEqualTo(415);
        assertThat(counts.snapshot().dropped(DropCause.UNSUPPORTED)).isEqualTo(1);
    }

    @Test
    void http_unknownEncodingIsUnsupported() throws Exception {
        OtlpReceiver receiver = start(null);
        assertThat(post(receiver, GOOD.toByteArray(), "Content-Encoding", "br").statusCode())
                .isEqualTo(415);
        assertThat(counts.snapshot().dropped(DropCause.UNSUPPORTED)).isEqualTo(1);
    }

    @Test
    void http_wrongToken_isUnauthorized() throws Exception {
        OtlpReceiver receiver = start(new IngestToken("secret"));
        assertThat(post(receiver, GOOD.toByteArray()).statusCode()).isEqualTo(401);
        assertThat(post(receiver, GOOD.toByteArray(), "x-sinter-token", "Secret")
                        .statusCode())
                .isEqualTo(401);
        assertThat(post(receiver, GOOD.toByteArray(), "x-sinter-token", "secret")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void severalAddresses_allAnswer() throws Exception {
        OtlpReceiver receiver = opened(OtlpReceiver.start(
                List.of(ANY_PORT, ANY_PORT),
                List.of(ANY_PORT, ANY_PORT),
                null,
                ProxyNaming.standard(),
                this::take,
                counts));
        assertThat(receiver.grpcAddresses()).hasSize(2).doesNotHaveDuplicates();
        for (InetSocketAddress address : receiver.grpcAddresses()) {
            grpc(address, null).export(GOOD);
        }
        assertThat(receiver.httpAddresses()).hasSize(2).doesNotHaveDuplicates();
        for (InetSocketAddress address : receiver.httpAddresses()) {
            assertThat(post(uri(address), GOOD.toByteArray()).statusCode()).isEqualTo(200);
        }
        assertThat(taken).hasSize(4);
    }

    @Test
    void addressInUse_saysSo_andLeavesNothingOpen() {
        OtlpReceiver first = start(null);
        List<InetSocketAddress> busy = first.httpAddresses();
        assertThatThrownBy(() ->
                        OtlpReceiver.start(List.of(ANY_PORT), busy, null, ProxyNaming.standard(), this::take, counts))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageStartingWith("SNT0402");
    }

    @Test
    void token_isNeverPrinted() {
        assertThat(new IngestToken("secret").toString()).doesNotContain("secret");
    }

    private boolean take(List<Hop> hops) {
        return !full && taken.addAll(hops);
    }

    private OtlpReceiver start(@Nullable IngestToken token) {
        return opened(OtlpReceiver.start(
                List.of(ANY_PORT), List.of(ANY_PORT), token, ProxyNaming.standard(), this::take, counts));
    }

    private OtlpReceiver opened(OtlpReceiver receiver) {
        open.add(receiver);
        return receiver;
    }

    private ManagedChannel channel(InetSocketAddress address) {
        ManagedChannel channel =
                NettyChannelBuilder.forAddress(address).usePlaintext().build();
        open.add(channel::shutdownNow);
        return channel;
    }

    private TraceServiceGrpc.TraceServiceBlockingStub grpc(OtlpReceiver receiver, @Nullable String token) {
        return grpc(receiver.grpcAddresses().getFirst(), token);
    }

    private TraceServiceGrpc.TraceServiceBlockingStub grpc(InetSocketAddress address, @Nullable String token) {
        Metadata headers = new Metadata();
        if (token != null) {
            headers.put(Metadata.Key.of("x-sinter-token", Metadata.ASCII_STRING_MARSHALLER), token);
        }
        ClientInterceptor interceptor = MetadataUtils.newAttachHeadersInterceptor(headers);
        return TraceServiceGrpc.newBlockingStub(channel(address)).withInterceptors(interceptor);
    }

    private void raw(OtlpReceiver receiver, byte[] message) {
        MethodDescriptor<byte[], ExportTraceServiceResponse> export = TraceServiceGrpc.getExportMethod().toBuilder(
                        new Verbatim(), TraceServiceGrpc.getExportMethod().getResponseMarshaller())
                .build();
        ClientCalls.blockingUnaryCall(
                channel(receiver.grpcAddresses().getFirst()), export, CallOptions.DEFAULT, message);
    }

    private static final class Verbatim implements MethodDescriptor.Marshaller<byte[]> {

        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            throw new UnsupportedOperationException("requests are only sent");
        }
    }

    private HttpResponse<byte[]> post(OtlpReceiver receiver, byte[] body, String... headers) throws Exception {
        return post(uri(receiver), body, headers);
    }

    private HttpResponse<byte[]> post(URI uri, byte[] body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .version(HttpClient.Version.HTTP_1_1)
                .header("Content-Type", "application/x-protobuf")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static URI uri(OtlpReceiver receiver) {
        return uri(receiver.httpAddresses().getFirst());
    }

    private static URI uri(InetSocketAddress address) {
        return URI.create("http://127.0.0.1:" + address.getPort() + "/v1/traces");
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(bytes);
        }
        return out.toByteArray();
    }
}
