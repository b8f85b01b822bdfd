package dev.sinter.control.routing;

import static dev.sinter.control.routing.OneFunctionMesh.TIMEOUT;
import static dev.sinter.control.routing.OneFunctionMesh.TOKEN;
import static dev.sinter.control.routing.OneFunctionMesh.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinter.control.xds.AdsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real Envoys are given states of the mesh: what they take, what they refuse, and that no request is lost on the way. */
class EnvoyRouterIT {

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
    void boots_from_nothing_but_ads_and_serves() throws Exception {
        EnvoyProcess gateway = mesh.envoy("gateway");

        mesh.router.apply(mesh.state(Split.allOriginal()), TIMEOUT);

        assertThat(mesh.get("/").body()).isEqualTo("original");
        assertThat(gateway.log()).doesNotContain("deprecated").doesNotContain("[error]");
    }

    @Test
    void a_proxy_that_starts_later_finds_what_was_offered() throws Exception {
        mesh.router.offer(mesh.state(Split.allOriginal()));

        EnvoyProcess gateway = mesh.envoy("gateway");

        soon().until(() -> gateway.stat("listener_manager.total_listeners_active") == 1);
        assertThat(mesh.get("/").body()).isEqualTo("original");
        long updates = OneFunctionMesh.updates(gateway);
        mesh.router.apply(mesh.state(Split.allOriginal()), TIMEOUT);
        assertThat(OneFunctionMesh.updates(gateway)).isEqualTo(updates);
    }

    @Test
    void a_refused_state_is_reported_in_envoys_words_and_the_state_before_stays() throws Exception {
        EnvoyProcess gateway = mesh.envoy("gateway");
        mesh.router.apply(mesh.state(Split.allOriginal()), TIMEOUT);

        assertThatThrownBy(() -> mesh.router.apply(
                        mesh.state(mesh.function(Split.allOriginal(), "127.0.0.1", null), "no address"), TIMEOUT))
                .isInstanceOfSatisfying(
                        RoutingException.class, e -> assertThat(e.code()).isEqualTo("SNT0710"))
                .hasMessageContaining("tree/gateway")
                .hasMessageContaining("malformed IP address: no address");

        assertThat(mesh.get("/").body()).isEqualTo("original");
        assertThat(mesh.ads.counters().nacks()).isEqualTo(1);
        soon().during(Duration.ofSeconds(1)).until(() -> mesh.ads.counters().nacks() == 1);
        assertThat(mesh.ads.nodes().values())
                .singleElement()
                .satisfies(node -> assertThat(node.nacks()).isEmpty());
        assertThat(gateway.stat("cluster_manager.cds.update_rejected")).isEqualTo(1);

        mesh.router.apply(mesh.state(new Split(0, "g1")), TIMEOUT);
        assertThat(mesh.get("/").body()).isEqualTo("fused");
    }

    @Test
    void a_proxy_that_is_not_there_is_named() throws Exception {
        mesh.envoy("gateway");
        mesh.router.apply(mesh.state(Split.allOriginal()), TIMEOUT);
        MeshState withAnother = new MeshState(
                "tree",
                List.of(mesh.function(Split.allOriginal(), "127.0.0.1", null)),
                List.of(),
                List.of(
                        OneFunctionMesh.gatewayNode(),
                        new MeshNode("a", MeshNode.Role.FUNCTION, List.of(mesh.original.port()))),
                mesh.telemetry("127.0.0.1"));

        assertThatThrownBy(() -> mesh.router.apply(withAnother, Duration.ofMillis(500)))
                .isInstanceOfSatisfying(RoutingException.class, e -> {
                    assertThat(e.code()).isEqualTo("SNT0711");
                    assertThat(e.absentNodes()).containsExactly("tree/a");
                })
                .hasMessageContaining("tree/a");
        assertThat(mesh.get("/").body()).isEqualTo("original");
    }

    @Test
    void a_restarted_server_changes_nothing_in_an_envoy_that_is_up_to_date() throws Exception {
        EnvoyProcess gateway = mesh.envoy("gateway");
        MeshState state = mesh.state(new Split(50, "g1"));
        mesh.router.apply(state, TIMEOUT);
        int port = mesh.ads.addresses().getFirst().getPort();
        long updates = OneFunctionMesh.updates(gateway);

        mesh.ads.close();
        soon().until(() -> gateway.stat("control_plane.connected_state") == 0);
        assertThat(mesh.get("/").statusCode()).isEqualTo(200);
        AdsServer again = mesh.keep(AdsServer.start(
                List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)), TOKEN, Clock.systemUTC()));
        new EnvoyRouter(again, mesh.capture).apply(state, Duration.ofSeconds(60));

        assertThat(again.counters().responses()).isZero();
        assertThat(OneFunctionMesh.updates(gateway)).isEqualTo(updates);
        assertThat(mesh.get("/").statusCode()).isEqualTo(200);
    }

    @Test
    void an_envoy_with_a_wrong_token_gets_nothing() throws Exception {
        EnvoyProcess stranger =
                mesh.keep(EnvoyProcess.start("tree/gateway", mesh.port(), "guess", mesh.adminPort, directory));

        soon().until(() -> mesh.ads.counters().streamsRefused() > 0);
        assertThat(mesh.ads.nodes()).isEmpty();
        assertThat(stranger.stat("cluster_manager.cds.update_success")).isZero();
    }
}
