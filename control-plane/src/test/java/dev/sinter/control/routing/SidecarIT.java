package dev.sinter.control.routing;

import static dev.sinter.control.routing.OneFunctionMesh.TIMEOUT;
import static dev.sinter.control.routing.OneFunctionMesh.TOKEN;
import static dev.sinter.control.routing.OneFunctionMesh.exchange;
import static dev.sinter.control.routing.OneFunctionMesh.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a real Envoy adds, reports, copies and tells; what iptables would redirect is sent to the listeners directly. */
class SidecarIT {

    @TempDir
    Path directory;

    private OneFunctionMesh mesh;

    @BeforeEach
    void start() throws IOException {
        mesh = new OneFunctionMesh(directory);
    }

    @AfterEach
    void stop() throws Exception {
        mesh.close();
    }

    @Test
    void copies_of_idempotent_requests_reach_the_recorder_and_others_do_not() throws Exception {
        mesh.envoy("gateway");
        RawServer recorder = mesh.keep(RawServer.start("recorder"));
        MeshFunction recorded =
                mesh.function(Split.allOriginal(), "127.0.0.1", new SocketTarget("127.0.0.1", recorder.port()));
        mesh.router.apply(mesh.state(recorded, "127.0.0.1"), TIMEOUT);

        mesh.send("POST", "/posted");
        assertThat(mesh.send("GET", "/got?x=1").body()).isEqualTo("original");
        mesh.send("HEAD", "/headed");

        soon().until(() -> recorder.heads().size() == 2);
        assertThat(recorder.heads().get(0))
                .startsWith("GET /got?x=1 HTTP/1.1\r\n")
                .containsIgnoringCase("host: 127.0.0.1:" + mesh.gatewayPort + "\r\n");
        assertThat(recorder.heads().get(1)).startsWith("HEAD /headed ");
    }

    @Test
    void spans_tell_caller_callee_arm_and_member() throws Exception {
        mesh.envoy("gateway");
        mesh.envoy("fused-g1");
        mesh.router.apply(mesh.called(new Split(0, "g1"), mesh.fusedSidecar(), OneFunctionMesh.gatewayNode()), TIMEOUT);

        mesh.get("/");
        exchange("127.0.10.1", mesh.capturedPort, "GET /remote HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        exchange(
                "127.0.0.2",
                mesh.fused.port(),
                "GET /in HTTP/1.1\r\nHost: a\r\nx-sinter-function: a\r\nConnection: close\r\n\r\n");

        soon().until(() -> mesh.spans.spans().size() >= 3);
        String fusedArm = ClusterNames.fused("a", mesh.capturedPort, "g1");
        assertThat(mesh.spans.spans()).anySatisfy(span -> {
            assertThat(span.service()).isEqualTo("gateway.tree");
            assertThat(span.kind()).isEqualTo(SpanKind.SPAN_KIND_CLIENT);
            assertThat(span.name()).isEqualTo("egress 127.0.0.1:" + mesh.gatewayPort);
            assertThat(span.attributes())
                    .containsEntry("upstream_cluster", fusedArm)
                    .containsEntry("upstream_cluster.name", fusedArm)
                    .containsEntry("node_id", "tree/gateway")
                    .containsEntry("http.status_code", "200");
        });
        assertThat(mesh.spans.spans()).anySatisfy(span -> {
            assertThat(span.service()).isEqualTo("fused-g1.tree");
            assertThat(span.kind()).isEqualTo(SpanKind.SPAN_KIND_CLIENT);
            assertThat(span.attributes()).containsEntry("upstream_cluster", fusedArm);
        });
        assertThat(mesh.spans.spans()).anySatisfy(span -> {
            assertThat(span.kind()).isEqualTo(SpanKind.SPAN_KIND_SERVER);
            assertThat(span.attributes())
                    .containsEntry("upstream_cluster", "inbound|" + mesh.fused.port() + "||")
                    .containsEntry("sinter.function", "a");
        });
        assertThat(mesh.spans.tokens()).containsOnly(TOKEN);
    }

    @Test
    void a_sidecar_adds_nothing_but_what_tracing_needs() throws Exception {
        mesh.envoy("fused-g1");
        mesh.router.apply(mesh.called(new Split(100, "g1"), mesh.fusedSidecar()), TIMEOUT);

        String answer = exchange(
                "127.0.10.1",
                mesh.capturedPort,
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
        assertThat(mesh.original
                        .heads()
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
        mesh.envoy("fused-g1");
        mesh.router.apply(mesh.called(new Split(0, "g1"), mesh.fusedSidecar()), TIMEOUT);

        exchange(
                "127.0.10.1",
                mesh.capturedPort,
                "GET / HTTP/1.1\r\nHost: x\r\nX-Sinter-Function: other\r\nConnection: close\r\n\r\n");

        assertThat(mesh.fused
                        .heads()
                        .getFirst()
                        .toLowerCase(Locale.ROOT)
                        .lines()
                        .filter(line -> line.startsWith("x-sinter")))
                .containsExactly("x-sinter-function: a");
    }

    @Test
    void a_workload_is_idle_when_its_last_request_is_over() throws Exception {
        mesh.envoy("fused-g1", mesh.adminPort);
        mesh.router.apply(mesh.called(new Split(0, "g1"), mesh.fusedSidecar()), TIMEOUT);
        Drain drain = mesh.keep(new Drain(TOKEN, mesh.statsPort));
        assertThat(drain.awaitIdle("127.0.0.1", mesh.fused.port(), TIMEOUT)).isTrue();

        CompletableFuture<String> slow = CompletableFuture.supplyAsync(() -> mesh.slowInbound());
        soon().until(() -> drain.underWay("127.0.0.1", mesh.fused.port()) == 1);
        assertThat(drain.awaitIdle("127.0.0.1", mesh.fused.port(), Duration.ofMillis(200)))
                .isFalse();

        assertThat(drain.awaitIdle("127.0.0.1", mesh.fused.port(), TIMEOUT)).isTrue();
        assertThat(slow.get()).endsWith("fused");
    }

    @Test
    void a_sidecar_tells_strangers_nothing_and_nobody_more_than_statistics() throws Exception {
        mesh.envoy("fused-g1", mesh.adminPort);
        mesh.router.apply(mesh.called(new Split(0, "g1"), mesh.fusedSidecar()), TIMEOUT);

        assertThatThrownBy(() -> mesh.keep(new Drain("guess", mesh.statsPort)).underWay("127.0.0.1", mesh.fused.port()))
                .isInstanceOfSatisfying(
                        RoutingException.class, e -> assertThat(e.code()).isEqualTo("SNT0713"))
                .hasMessageContaining("status 404");
        assertThat(mesh.toStats("POST /quitquitquit")).startsWith("HTTP/1.1 404");
        assertThat(mesh.toStats("GET /config_dump")).startsWith("HTTP/1.1 404");
        assertThat(mesh.toStats("GET /stats")).startsWith("HTTP/1.1 200");
    }

    @Test
    void what_is_not_http_passes_as_it_is() throws Exception {
        try (ServerSocket redis = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            int port = redis.getLocalPort();
            MeshFunction function = new MeshFunction(
                    "redis",
                    "127.0.10.1",
                    List.of(port),
                    List.of(new PublishedPort(mesh.gatewayPort, port)),
                    "127.0.0.1",
                    Split.allOriginal(),
                    null);
            mesh.envoy("gateway");
            mesh.router.apply(mesh.state(function, "127.0.0.1"), TIMEOUT);
            Thread.ofVirtual().start(() -> {
                try (Socket connection = redis.accept()) {
                    byte[] seen = connection.getInputStream().readNBytes(6);
                    connection.getOutputStream().write(seen);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });

            assertThat(exchange("127.0.0.1", mesh.gatewayPort, "PING\r\n")).isEqualTo("PING\r\n");
        }
    }
}
