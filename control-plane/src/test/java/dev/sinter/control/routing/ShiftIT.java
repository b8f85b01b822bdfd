package dev.sinter.control.routing;

import static dev.sinter.control.routing.OneFunctionMesh.TIMEOUT;
import static dev.sinter.control.routing.OneFunctionMesh.soon;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Traffic on a real Envoy while its routes and its callees change. */
class ShiftIT {

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
    void a_weight_change_moves_traffic_and_fails_no_request() throws Exception {
        mesh.envoy("gateway");
        mesh.router.apply(mesh.state(Split.allOriginal()), TIMEOUT);

        try (Load load = Load.on(mesh.gateway("/"), 8)) {
            soon().until(() -> load.answersOf("original") > 100);
            for (int originalPercent : new int[] {95, 75, 50, 0}) {
                int before = load.answersOf("fused");
                mesh.router.apply(mesh.state(new Split(originalPercent, "g1")), TIMEOUT);
                soon().until(() -> load.answersOf("fused") > before + 20);
            }
            int before = load.answersOf("original");
            soon().until(() -> load.answersOf("fused") > 500);
            assertThat(load.answersOf("original")).isLessThanOrEqualTo(before + 8);

            mesh.router.apply(mesh.state(new Split(100, "g1")), TIMEOUT);
            mesh.router.apply(mesh.state(Split.allOriginal()), TIMEOUT);
            int back = load.answersOf("original");
            soon().until(() -> load.answersOf("original") > back + 100);
            assertThat(load.failures()).isEmpty();
        }
    }

    @Test
    void a_request_under_way_on_a_removed_cluster_is_finished() throws Exception {
        EnvoyProcess gateway = mesh.envoy("gateway");
        mesh.router.apply(mesh.state(new Split(0, "g1")), TIMEOUT);

        CompletableFuture<HttpResponse<String>> slow = CompletableFuture.supplyAsync(() -> mesh.getUnchecked("/slow"));
        soon().until(() -> mesh.fused.heads().size() == 1);
        mesh.router.apply(mesh.state(Split.allOriginal()), TIMEOUT);
        soon().until(() -> gateway.stat("cluster_manager.cluster_removed") == 1);

        assertThat(slow.isDone()).isFalse();
        assertThat(slow.get().body()).isEqualTo("fused");
    }

    @Test
    void a_sleeping_original_may_lose_its_address_in_the_step_that_moves_its_traffic() throws Exception {
        mesh.envoy("gateway");
        mesh.router.apply(mesh.state(Split.allOriginal()), TIMEOUT);

        try (Load load = Load.on(mesh.gateway("/"), 8)) {
            soon().until(() -> load.answersOf("original") > 50);
            mesh.router.apply(mesh.state(mesh.function(new Split(0, "g1"), null, null), "127.0.0.1"), TIMEOUT);
            soon().until(() -> load.answersOf("fused") > 50);
            mesh.router.apply(mesh.state(Split.allOriginal()), TIMEOUT);
            int back = load.answersOf("original");
            soon().until(() -> load.answersOf("original") > back + 50);
            assertThat(load.failures()).isEmpty();
        }
    }

    @Test
    void a_callee_that_restarts_costs_no_request() throws Exception {
        mesh.envoy("gateway");
        mesh.router.apply(mesh.state(new Split(0, "g1")), TIMEOUT);
        assertThat(mesh.get("/").body()).isEqualTo("fused");
        int port = mesh.fused.port();
        mesh.fused.close();

        CompletableFuture<HttpResponse<String>> waiting = CompletableFuture.supplyAsync(() -> mesh.getUnchecked("/"));
        soon().during(Duration.ofMillis(1500)).until(() -> !waiting.isDone());
        mesh.keep(RawServer.start("fused again", port));

        assertThat(waiting.get().body()).isEqualTo("fused again");
    }
}
