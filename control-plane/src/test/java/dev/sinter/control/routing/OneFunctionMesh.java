package dev.sinter.control.routing;

import static org.awaitility.Awaitility.await;

import dev.sinter.control.xds.AdsServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;

/** One function {@code a} and its fused arm behind real Envoys on loopback, until closed. */
final class OneFunctionMesh {
    static final String TOKEN = "secret";
    static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final Path directory;
    private final List<AutoCloseable> started = new ArrayList<>();
    final AdsServer ads;
    final SpanStub spans;
    final RawServer original;
    final RawServer fused;
    final int gatewayPort;
    private volatile boolean accepted;
    final int capturedPort;
    final int statsPort;
    final int adminPort;
    final Capture capture;
    final EnvoyRouter router;

    OneFunctionMesh(Path directory) throws IOException {
        this.directory = directory;
        ads = keep(AdsServer.start(
                List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)), TOKEN, Clock.systemUTC()));
        spans = keep(SpanStub.start());
        original = keep(RawServer.start("original"));
        fused = keep(RawServer.start("fused"));
        gatewayPort = EnvoyProcess.freePort();
        capturedPort = original.port();
        statsPort = EnvoyProcess.freePort();
        adminPort = EnvoyProcess.freePort();
        capture = new Capture(
                new SocketTarget("127.0.10.1", capturedPort),
                new SocketTarget("127.0.0.2", fused.port()),
                new SocketTarget("127.0.0.1", statsPort),
                adminPort);
        router = new EnvoyRouter(ads, capture);
    }

    void close() throws Exception {
        for (AutoCloseable part : started.reversed()) {
            part.close();
        }
    }

    /** Longer than Awaitility's own 10 s, for machines that do much else. */
    static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(30));
    }

    <T extends AutoCloseable> T keep(T part) {
        started.add(part);
        return part;
    }

    EnvoyProcess envoy(String workload) throws IOException {
        return envoy(workload, EnvoyProcess.freePort());
    }

    EnvoyProcess envoy(String workload, int itsAdminPort) throws IOException {
        return keep(EnvoyProcess.start("tree/" + workload, port(), TOKEN, itsAdminPort, directory));
    }

    String toStats(String request) throws IOException {
        return exchange(
                "127.0.0.1",
                statsPort,
                request + " HTTP/1.1\r\nHost: x\r\nx-sinter-token: secret\r\nConnection: close\r\n\r\n");
    }

    String slowInbound() {
        try {
            return exchange("127.0.0.2", fused.port(), "GET /slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return ads.addresses().getFirst().getPort();
    }

    MeshState state(Split split) {
        return state(function(split, "127.0.0.1", null), "127.0.0.1");
    }

    MeshState state(MeshFunction function, String telemetryHost) {
        return new MeshState(
                "tree",
                List.of(function),
                function.split().group() == null ? List.of() : List.of(fusedWorkload()),
                List.of(gatewayNode()),
                telemetry(telemetryHost));
    }

    /** The fused sidecar calls the function by its virtual address; the main port is where that is captured. */
    MeshState called(Split split, MeshNode... nodes) {
        MeshFunction function = new MeshFunction(
                "a",
                "127.0.10.1",
                List.of(capturedPort),
                List.of(new PublishedPort(gatewayPort, capturedPort)),
                "127.0.0.1",
                split,
                null);
        return new MeshState(
                "tree", List.of(function), List.of(fusedWorkload()), List.of(nodes), telemetry("127.0.0.1"));
    }

    MeshNode fusedSidecar() {
        return new MeshNode("fused-g1", MeshNode.Role.FUSED, List.of(fused.port()));
    }

    static MeshNode gatewayNode() {
        return new MeshNode("gateway", MeshNode.Role.GATEWAY, List.of());
    }

    FusedWorkload fusedWorkload() {
        return new FusedWorkload("g1", "127.0.0.1", fused.port(), List.of("a"));
    }

    MeshFunction function(Split split, @Nullable String address, @Nullable SocketTarget recorder) {
        return new MeshFunction(
                "a",
                "240.240.0.1",
                List.of(original.port()),
                List.of(new PublishedPort(gatewayPort, original.port())),
                address,
                split,
                recorder);
    }

    TelemetryTarget telemetry(String host) {
        return new TelemetryTarget(host, spans.port(), TOKEN);
    }

    static long updates(EnvoyProcess envoy) {
        return envoy.stat("cluster_manager.cds.update_success") + envoy.stat("listener_manager.lds.update_success");
    }

    URI gateway(String path) {
        return URI.create("http://127.0.0.1:" + gatewayPort + path);
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send("GET", path);
    }

    HttpResponse<String> getUnchecked(String path) {
        try {
            return get(path);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    HttpResponse<String> send(String method, String path) throws IOException, InterruptedException {
        awaitAccepting();
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            HttpRequest request = HttpRequest.newBuilder(gateway(path))
                    .method(method, HttpRequest.BodyPublishers.noBody())
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }

    /** A proxy that has just started takes listeners before its workers accept connections on them. */
    private void awaitAccepting() {
        if (!accepted) {
            soon().until(() -> {
                try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gatewayPort)) {
                    return socket.isConnected();
                } catch (ConnectException e) {
                    return false;
                }
            });
            accepted = true;
        }
    }

    /** Sends bytes and returns all that comes until the peer closes. */
    static String exchange(String host, int port, String bytes) throws IOException {
        try (Socket socket = new Socket(InetAddress.ofLiteral(host), port)) {
            socket.setSoTimeout(10_000);
            OutputStream out = socket.getOutputStream();
            out.write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
