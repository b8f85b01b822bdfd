package dev.sinter.collector.otlp;

import dev.sinter.collector.count.DropCause;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.http.encoding.ContentDecoder;
import io.helidon.http.encoding.ContentEncoder;
import io.helidon.http.encoding.ContentEncoding;
import io.helidon.http.encoding.ContentEncodingContext;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/** OTLP/HTTP: {@code POST /v1/traces} with protobuf bodies, plain or gzip. */
final class HttpReceiver implements AutoCloseable {

    private static final String PROTOBUF = "application/x-protobuf";
    private static final HeaderName TOKEN = HeaderNames.create(ExportService.TOKEN_HEADER);
    private static final String GZIP = "gzip";
    private static final int INVALID_ARGUMENT = 3;
    private static final int RESOURCE_EXHAUSTED = 8;
    private static final int UNAUTHENTICATED = 16;

    private final WebServer server;

    private HttpReceiver(WebServer server) {
        this.server = server;
    }

    static HttpReceiver start(InetSocketAddress address, ExportService service) {
        Handler handler = new Handler(service);
        WebServer server = WebServer.builder()
                .address(address.getAddress())
                .port(address.getPort())
                .shutdownHook(false)
                .contentEncoding(ContentEncodingContext.builder()
                        .contentEncodingsDiscoverServices(false)
                        .addContentEncoding(new LeftEncoded())
                        .build())
                .routing(routing -> routing.post("/v1/traces", handler::export))
                .build();
        return new HttpReceiver(server.start());
    }

    int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.stop();
    }

    private record Handler(ExportService service) {

        void export(ServerRequest request, ServerResponse response) {
            if (!service.admits(request.headers().first(TOKEN).orElse(null))) {
                send(response, Status.UNAUTHORIZED_401, UNAUTHENTICATED, "SNT0406 " + TOKEN + ": missing or wrong");
                return;
            }
            String type = header(request, HeaderNames.CONTENT_TYPE);
            if (!type.startsWith(PROTOBUF)) {
                service.refused(DropCause.UNSUPPORTED);
                send(
                        response,
                        Status.UNSUPPORTED_MEDIA_TYPE_415,
                        INVALID_ARGUMENT,
                        "SNT0407 content-type: \"" + type + "\" (expected: " + PROTOBUF + ")");
                return;
            }
            String encoding = header(request, HeaderNames.CONTENT_ENCODING);
            if (!encoding.isEmpty() && !encoding.equals(GZIP)) {
                service.refused(DropCause.UNSUPPORTED);
                send(
                        response,
                        Status.UNSUPPORTED_MEDIA_TYPE_415,
                        INVALID_ARGUMENT,
                        "SNT0407 content-encoding: \"" + encoding + "\" (expected: gzip or none)");
                return;
            }
            byte[] message;
            try (InputStream body = body(request, encoding)) {
                message = body.readNBytes(ExportService.MAX_MESSAGE_BYTES + 1);
            } catch (IOException e) {
                service.refused(DropCause.MALFORMED);
                send(response, Status.BAD_REQUEST_400, INVALID_ARGUMENT, "SNT0403 body: unreadable (expected: gzip)");
                return;
            }
            if (message.length > ExportService.MAX_MESSAGE_BYTES) {
                service.refused(DropCause.TOO_LARGE);
                send(
                        response,
                        Status.REQUEST_ENTITY_TOO_LARGE_413,
                        RESOURCE_EXHAUSTED,
                        "SNT0408 message: too large (expected: at most 4 MiB). Maybe send smaller batches.");
                return;
            }
            answer(service.export(message), response);
        }

        private static InputStream body(ServerRequest request, String encoding) throws IOException {
            InputStream body = request.content().inputStream();
            return encoding.equals(GZIP) ? new GZIPInputStream(body) : body;
        }

        private static void answer(ExportService.Answer answer, ServerResponse response) {
            switch (answer) {
                case ExportService.Answer.Accepted accepted ->
                    send(response, Status.OK_200, OtlpMessages.exportResponse(accepted.rejectedSpans()));
                case ExportService.Answer.Malformed malformed ->
                    send(response, Status.BAD_REQUEST_400, INVALID_ARGUMENT, malformed.message());
                case ExportService.Answer.Overloaded overloaded ->
                    send(response, Status.TOO_MANY_REQUESTS_429, RESOURCE_EXHAUSTED, overloaded.message());
            }
        }

        private static void send(ServerResponse response, Status status, int code, String message) {
            send(response, status, OtlpMessages.status(code, message));
        }

        private static void send(ServerResponse response, Status status, byte[] body) {
            response.status(status)
                    .header(HeaderValues.create(HeaderNames.CONTENT_TYPE, PROTOBUF))
                    .send(body);
        }

        private static String header(ServerRequest request, HeaderName name) {
            return request.headers().first(name).orElse("").toLowerCase(Locale.ROOT);
        }
    }

    /** Keeps the server from decoding or refusing bodies itself, where nothing would bound or count them. */
    private static final class LeftEncoded implements ContentEncoding {

        @Override
        public Set<String> ids() {
            return Set.of(GZIP, "deflate", "br", "zstd", "compress", "snappy");
        }

        @Override
        public boolean supportsEncoding() {
            return false;
        }

        @Override
        public boolean supportsDecoding() {
            return true;
        }

        @Override
        public ContentDecoder decoder() {
            return ContentDecoder.NO_OP;
        }

        @Override
        public ContentEncoder encoder() {
            return ContentEncoder.NO_OP;
        }

        @Override
        public String name() {
            return "left-encoded";
        }

        @Override
        public String type() {
            return name();
        }
    }
}
