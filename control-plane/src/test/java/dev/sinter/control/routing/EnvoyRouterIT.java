package dev.sinter.control.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sinter.control.xds.AdsServer;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
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
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a real Envoy, on loopback: what iptables would redirect is sent to the listeners directly. */
class EnvoyRouterIT {
    private static final String TOKEN = "secret";
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    private final List<AutoCloseable> started = new ArrayList<>();
    private AdsServer ads;
    private SpanStub spans;
    private RawServer original;
    private RawServer fused;
    private int gatewayPort;
    private int capturedPort;
    private int statsPort;
    private int adminPort;
    private Capture capture;
    private EnvoyRouter router;

    @BeforeEach
    void start() throws IOException {
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

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable part : started.reversed()) {
            part.close();
        }
    }

    @Test
    void boots_from_nothing_but_ads_and_serves() throws Exception {
        EnvoyProcess gateway = envoy("gateway");

        router.apply(state(Split.allOriginal()), TIMEOUT);

        assertThat(get("/").body()).isEqualTo("original");
        assertThat(gateway.log()).doesNotContain("deprecated").doesNotContain("[error]");
    }

    @Test
    void a_proxy_that_starts_later_finds_what_was_offered() throws Exception {
        router.offer(state(Split.allOriginal()));

        EnvoyProcess gateway = envoy("gateway");

        soon().until(() -> gateway.stat("listener_manager.total_listeners_active") == 1);
        assertThat(get("/").body()).isEqualTo("original");
        long updates = updates(gateway);
        router.apply(state(Split.allOriginal()), TIMEOUT);
        assertThat(updates(gateway)).isEqualTo(updates);
    }

    @Test
    void a_weight_change_moves_traffic_and_fails_no_request() throws Exception {
        envoy("gateway");
        router.apply(state(Split.allOriginal()), TIMEOUT);

        try (Load load = Load.on(gateway("/"), 8)) {
            soon().until(() -> load.answersOf("original") > 100);
            for (int originalPercent : new int[] {95, 75, 50, 0}) {
                int before = load.answersOf("fused");
                router.apply(state(new Split(originalPercent, "g1")), TIMEOUT);
                soon().until(() -> load.answersOf("fused") > before + 20);
            }
            int before = load.answersOf("original");
            soon().until(() -> load.answersOf("fused") > 500);
            assertThat(load.answersOf("original")).isLessThanOrEqualTo(before + 8);

            router.apply(state(new Split(100, "g1")), TIMEOUT);
            router.apply(state(Split.allOriginal()), TIMEOUT);
            int back = load.answersOf("original");
            soon().until(() -> load.answersOf("original") > back + 100);
            assertThat(load.failures()).isEmpty();
        }
    }

    @Test
    void a_request_under_way_on_a_removed_cluster_is_finished() throws Exception {
        EnvoyProcess gateway = envoy("gateway");
        router.apply(state(new Split(0, "g1")), TIMEOUT);

        CompletableFuture<HttpResponse<String>> slow = CompletableFuture.supplyAsync(() -> getUnchecked("/slow"));
        soon().until(() -> fused.heads().size() == 1);
        router.apply(state(Split.allOriginal()), TIMEOUT);
        soon().until(() -> gateway.stat("cluster_manager.cluster_removed") == 1);

        assertThat(slow.isDone()).isFalse();
        assertThat(slow.get().body()).isEqualTo("fused");
    }

    @Test
    void a_sleeping_original_may_lose_its_address_in_the_step_that_moves_its_traffic() throws Exception {
        envoy("gateway");
        router.apply(state(Split.allOriginal()), TIMEOUT);

        try (Load load = Load.on(gateway("/"), 8)) {
            soon().until(() -> load.answersOf("original") > 50);
            router.apply(state(function(new Split(0, "g1"), null, null), "127.0.0.1"), TIMEOUT);
            soon().until(() -> load.answersOf("fused") > 50);
            router.apply(state(Split.allOriginal()), TIMEOUT);
            int back = load.answersOf("original");
            soon().until(() -> load.answersOf("original") > back + 50);
            assertThat(load.failures()).isEmpty();
        }
    }

    @Test
    void a_refused_state_is_reported_in_envoys_words_and_the_state_before_stays() throws Exception {
        EnvoyProcess gateway = envoy("gateway");
        router.apply(state(Split.allOriginal()), TIMEOUT);

        assertThatThrownBy(() ->
                        router.apply(state(function(Split.allOriginal(), "127.0.0.1", null), "no address"), TIMEOUT))
                .isInstanceOfSatisfying(
                        RoutingException.class, e -> assertThat(e.code()).isEqualTo("SNT0710"))
                .hasMessageContaining("tree/gateway")
                .hasMessageContaining("malformed IP address: no address");

        assertThat(get("/").body()).isEqualTo("original");
        assertThat(ads.counters().nacks()).isEqualTo(1);
        soon().during(Duration.ofSeconds(1)).until(() -> ads.counters().nacks() == 1);
        assertThat(ads.nodes().values())
                .singleElement()
                .satisfies(node -> assertThat(node.nacks()).isEmpty());
        assertThat(gateway.stat("cluster_manager.cds.update_rejected")).isEqualTo(1);

        router.apply(state(new Split(0, "g1")), TIMEOUT);
        assertThat(get("/").body()).isEqualTo("fused");
    }

    @Test
    void a_proxy_that_is_not_there_is_named() throws Exception {
        envoy("gateway");
        router.apply(state(Split.allOriginal()), TIMEOUT);
        MeshState withAnother = new MeshState(
                "tree",
                List.of(function(Split.allOriginal(), "127.0.0.1", null)),
                List.of(),
                List.of(gatewayNode(), new MeshNode("a", MeshNode.Role.FUNCTION, List.of(original.port()))),
                telemetry("127.0.0.1"));

        assertThatThrownBy(() -> router.apply(withAnother, Duration.ofMillis(500)))
                .isInstanceOfSatisfying(
                        RoutingException.class, e -> assertThat(e.code()).isEqualTo("SNT0711"))
                .hasMessageContaining("tree/a");
        assertThat(get("/").body()).isEqualTo("original");
    }

    @Test
    void a_restarted_server_changes_nothing_in_an_envoy_that_is_up_to_date() throws Exception {
        EnvoyProcess gateway = envoy("gateway");
        MeshState state = state(new Split(50, "g1"));
        router.apply(state, TIMEOUT);
        int port = ads.addresses().getFirst().getPort();
        long updates = updates(gateway);

        ads.close();
        soon().until(() -> gateway.stat("control_plane.connected_state") == 0);
        assertThat(get("/").statusCode()).isEqualTo(200);
        AdsServer again = keep(AdsServer.start(
                List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)), TOKEN, Clock.systemUTC()));
        new EnvoyRouter(again, capture).apply(state, Duration.ofSeconds(60));

        assertThat(again.counters().responses()).isZero();
        assertThat(updates(gateway)).isEqualTo(updates);
        assertThat(get("/").statusCode()).isEqualTo(200);
    }

    @Test
    void an_envoy_with_a_wrong_token_gets_nothing() throws Exception {
        EnvoyProcess stranger = keep(EnvoyProcess.start("tree/gateway", port(), "guess", adminPort, directory));

        soon().until(() -> ads.counters().streamsRefused() > 0);
        assertThat(ads.nodes()).isEmpty();
        assertThat(stranger.stat("cluster_manager.cds.update_success")).isZero();
    }

    @Test
    void a_callee_that_restarts_costs_no_request() throws Exception {
        envoy("gateway");
        router.apply(state(new Split(0, "g1")), TIMEOUT);
        assertThat(get("/").body()).isEqualTo("fused");
        int port = fused.port();
        fused.close();

        CompletableFuture<HttpResponse<String>> waiting = CompletableFuture.supplyAsync(() -> getUnchecked("/"));
        soon().during(Duration.ofMillis(1500)).until(() -> !waiting.isDone());
        keep(RawServer.start("fused again", port));

        assertThat(waiting.get().body()).isEqualTo("fused again");
    }

    @Test
    void copies_of_idempotent_requests_reach_the_recorder_and_others_do_not() throws Exception {
        envoy("gateway");
        RawServer recorder = keep(RawServer.start("recorder"));
        MeshFunction recorded =
                function(Split.allOriginal(), "127.0.0.1", new SocketTarget("127.0.0.1", recorder.port()));
        router.apply(state(recorded, "127.0.0.1"), TIMEOUT);

        send("POST", "/posted");
        assertThat(send("GET", "/got?x=1").body()).isEqualTo("original");
        send("HEAD", "/headed");

        soon().until(() -> recorder.heads().size() == 2);
        assertThat(recorder.heads().get(0))
                .startsWith("GET /got?x=1 HTTP/1.1\r\n")
                .containsIgnoringCase("host: 127.0.0.1:" + gatewayPort + "\r\n");
        assertThat(recorder.heads().get(1)).startsWith("HEAD /headed ");
    }

    @Test
    void spans_tell_caller_callee_arm_and_member() throws Exception {
        envoy("gateway");
        envoy("fused-g1");
        router.apply(called(new Split(0, "g1"), fusedSidecar(), gatewayNode()), TIMEOUT);

        get("/");
        exchange("127.0.10.1", capturedPort, "GET /remote HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        exchange(
                "127.0.0.2",
                fused.port(),
                "GET /in HTTP/1.1\r\nHost: a\r\nx-sinter-function: a\r\nConnection: close\r\n\r\n");

        soon().until(() -> spans.spans().size() >= 3);
        String fusedArm = ClusterNames.fused("a", capturedPort, "g1");
        assertThat(spans.spans()).anySatisfy(span -> {
            assertThat(span.service()).isEqualTo("gateway.tree");
            assertThat(span.kind()).isEqualTo(SpanKind.SPAN_KIND_CLIENT);
            assertThat(span.name()).isEqualTo("egress 127.0.0.1:" + gatewayPort + "");
            assertThat(span.attributes())
                    .containsEntry("upstream_cluster", fusedArm)
                    .containsEntry("upstream_cluster.name", fusedArm)
                    .containsEntry("node_id", "tree/gateway")
                    .containsEntry("http.status_code", "200");
        });
        assertThat(spans.spans()).anySatisfy(span -> {
            assertThat(span.service()).isEqualTo("fused-g1.tree");
            assertThat(span.kind()).isEqualTo(SpanKind.SPAN_KIND_CLIENT);
            assertThat(span.attributes()).containsEntry("upstream_cluster", fusedArm);
        });
        assertThat(spans.spans()).anySatisfy(span -> {
            assertThat(span.kind()).isEqualTo(SpanKind.SPAN_KIND_SERVER);
            assertThat(span.attributes())
                    .containsEntry("upstream_cluster", "inbound|" + fused.port() + "||")
                    .containsEntry("sinter.function", "a");
        });
        assertThat(spans.tokens()).containsOnly(TOKEN);
    }

    @Test
    void a_sidecar_adds_nothing_but_what_tracing_needs() throws Exception {
        envoy("fused-g1");
        router.apply(called(new Split(100, "g1"), fusedSidecar()), TIMEOUT);

        String answer = exchange(
                "127.0.10.1",
                capturedPort,
                String.join(
                        "\r\n",
                        "PURGE //x/../y%2Fz/?q=%20 HTTP/1.1",
                        "Host: Whatever.example:99",
                        "X-MiXed: 1",
                        "X-MiXed: 2",
                        "under_score: u",
                        "X-Forwarded-For: 10.0.0.9",
                        "X-Request-Id: mine",
                        "User-Agent: t",
                        "Connection: close",
                        "",
                        ""));

        assertThat(answer.lines().filter(line -> !line.startsWith("date:")))
                .containsExactly(
                        "HTTP/1.1 200 Fine",
                        "X-Served-BY: original",
                        "Server: own",
                        "Content-Length: 8",
                        "connection: close",
                        "",
                        "original");
        String traceparent =
                Pattern.compile("traceparent: 00-[0-9a-f]{32}-[0-9a-f]{16}-01").pattern();
        assertThat(original.heads()
                        .getFirst()
                        .replaceAll(traceparent, "traceparent: …")
                        .lines())
                .containsExactly(
                        "PURGE //x/../y%2Fz/?q=%20 HTTP/1.1",
                        "Host: Whatever.example:99",
                        "X-MiXed: 1",
                        "X-MiXed: 2",
                        "under_score: u",
                        "X-Forwarded-For: 10.0.0.9",
                        "X-Request-Id: mine",
                        "User-Agent: t",
                        "x-forwarded-proto: http",
                        "traceparent: …",
                        "tracestate: ",
                        "content-length: 0",
                        "");
    }

    @Test
    void the_fused_arm_is_told_which_member_is_meant_whatever_the_caller_says() throws Exception {
        envoy("fused-g1");
        router.apply(called(new Split(0, "g1"), fusedSidecar()), TIMEOUT);

        exchange(
                "127.0.10.1",
                capturedPort,
                "GET / HTTP/1.1\r\nHost: x\r\nX-Sinter-Function: other\r\nConnection: close\r\n\r\n");

        assertThat(fused.heads()
                        .getFirst()
                        .toLowerCase(Locale.ROOT)
                        .lines()
                        .filter(line -> line.startsWith("x-sinter")))
                .containsExactly("x-sinter-function: a");
    }

    @Test
    void a_workload_is_idle_when_its_last_request_is_over() throws Exception {
        envoy("fused-g1", adminPort);
        router.apply(called(new Split(0, "g1"), fusedSidecar()), TIMEOUT);
        Drain drain = keep(new Drain(TOKEN, statsPort));
        assertThat(drain.awaitIdle("127.0.0.1", fused.port(), TIMEOUT)).isTrue();

        CompletableFuture<String> slow = CompletableFuture.supplyAsync(() -> slowInbound());
        soon().until(() -> drain.underWay("127.0.0.1", fused.port()) == 1);
        assertThat(drain.awaitIdle("127.0.0.1", fused.port(), Duration.ofMillis(200)))
                .isFalse();

        assertThat(drain.awaitIdle("127.0.0.1", fused.port(), TIMEOUT)).isTrue();
        assertThat(slow.get()).endsWith("fused");
    }

    @Test
    void a_sidecar_tells_strangers_nothing_and_nobody_more_than_statistics() throws Exception {
        envoy("fused-g1", adminPort);
        router.apply(called(new Split(0, "g1"), fusedSidecar()), TIMEOUT);

        assertThatThrownBy(() -> keep(new Drain("guess", statsPort)).underWay("127.0.0.1", fused.port()))
                .isInstanceOfSatisfying(
                        RoutingException.class, e -> assertThat(e.code()).isEqualTo("SNT0713"))
                .hasMessageContaining("status 404");
        assertThat(toStats("POST /quitquitquit")).startsWith("HTTP/1.1 404");
        assertThat(toStats("GET /config_dump")).startsWith("HTTP/1.1 404");
        assertThat(toStats("GET /stats")).startsWith("HTTP/1.1 200");
    }

    @Test
    void what_is_not_http_passes_as_it_is() throws Exception {
        try (ServerSocket redis = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            int port = redis.getLocalPort();
            MeshFunction function = new MeshFunction(
                    "redis",
                    "127.0.10.1",
                    List.of(port),
                    List.of(new PublishedPort(gatewayPort, port)),
                    "127.0.0.1",
                    Split.allOriginal(),
                    null);
            envoy("gateway");
            router.apply(state(function, "127.0.0.1"), TIMEOUT);
            Thread.ofVirtual().start(() -> {
                try (Socket connection = redis.accept()) {
                    byte[] seen = connection.getInputStream().readNBytes(6);
                    connection.getOutputStream().write(seen);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });

            assertThat(exchange("127.0.0.1", gatewayPort, "PING\r\n")).isEqualTo("PING\r\n");
        }
    }

    /** Longer than Awaitility's own 10 s, for machines that do much else. */
    private static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(30));
    }

    private <T extends AutoCloseable> T keep(T part) {
        started.add(part);
        return part;
    }

    private EnvoyProcess envoy(String workload) throws IOException {
        return envoy(workload, EnvoyProcess.freePort());
    }

    private EnvoyProcess envoy(String workload, int itsAdminPort) throws IOException {
        return keep(EnvoyProcess.start("tree/" + workload, port(), TOKEN, itsAdminPort, directory));
    }

    private String toStats(String request) throws IOException {
        return exchange(
                "127.0.0.1",
                statsPort,
                request + " HTTP/1.1\r\nHost: x\r\nx-sinter-token: secret\r\nConnection: close\r\n\r\n");
    }

    private String slowInbound() {
        try {
            return exchange("127.0.0.2", fused.port(), "GET /slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int port() {
        return ads.addresses().getFirst().getPort();
    }

    private MeshState state(Split split) {
        return state(function(split, "127.0.0.1", null), "127.0.0.1");
    }

    private MeshState state(MeshFunction function, String telemetryHost) {
        return new MeshState(
                "tree",
                List.of(function),
                function.split().group() == null ? List.of() : List.of(fusedWorkload()),
                List.of(gatewayNode()),
                telemetry(telemetryHost));
    }

    /** The fused sidecar calls the function by its virtual address; the main port is where that is captured. */
    private MeshState called(Split split, MeshNode... nodes) {
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

    private MeshNode fusedSidecar() {
        return new MeshNode("fused-g1", MeshNode.Role.FUSED, List.of(fused.port()));
    }

    private static MeshNode gatewayNode() {
        return new MeshNode("gateway", MeshNode.Role.GATEWAY, List.of());
    }

    private FusedWorkload fusedWorkload() {
        return new FusedWorkload("g1", "127.0.0.1", fused.port(), List.of("a"));
    }

    private MeshFunction function(Split split, @Nullable String address, @Nullable SocketTarget recorder) {
        return new MeshFunction(
                "a",
                "240.240.0.1",
                List.of(original.port()),
                List.of(new PublishedPort(gatewayPort, original.port())),
                address,
                split,
                recorder);
    }

    private TelemetryTarget telemetry(String host) {
        return new TelemetryTarget(host, spans.port(), TOKEN);
    }

    private static long updates(EnvoyProcess envoy) {
        return envoy.stat("cluster_manager.cds.update_success") + envoy.stat("listener_manager.lds.update_success");
    }

    private URI gateway(String path) {
        return URI.create("http://127.0.0.1:" + gatewayPort + path);
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send("GET", path);
    }

    private HttpResponse<String> getUnchecked(String path) {
        try {
            return get(path);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpResponse<String> send(String method, String path) throws IOException, InterruptedException {
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            HttpRequest request = HttpRequest.newBuilder(gateway(path))
                    .method(method, HttpRequest.BodyPublishers.noBody())
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }

    /** Sends bytes and returns all that comes until the peer closes. */
    private static String exchange(String host, int port, String bytes) throws IOException {
        try (Socket socket = new Socket(InetAddress.ofLiteral(host), port)) {
            socket.setSoTimeout(10_000);
            OutputStream out = socket.getOutputStream();
            out.write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
