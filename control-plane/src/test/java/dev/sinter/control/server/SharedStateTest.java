package dev.sinter.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sinter.control.compose.Service;
import dev.sinter.control.lifecycle.GroupStatus;
import dev.sinter.control.platform.Workload;
import dev.sinter.control.store.H2GroupStore;
import dev.sinter.merger.Tier;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedStateTest {

    private static final String METRICS = """
            sinter_local_calls_total 7
            sinter_shared_state_touched{member="a",what="the locale"} 1
            sinter_shared_state_touched{member="b",what="json.dumps by __main__"} 1
            sinter_shared_state_touched{member="a",what="an \\"odd\\" name, x=\\"y\\"} 1"} 1
            sinter_member_ready{member="a"} 1
            """;

    private HttpServer workload;
    private volatile int status = 200;

    @BeforeEach
    void start() throws IOException {
        workload = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        workload.createContext("/metrics", exchange -> {
            byte[] body = METRICS.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        workload.start();
    }

    @AfterEach
    void stop() {
        workload.stop(0);
    }

    @Test
    void whatMembersOfOneProcessChanged_isFoundByMember() {
        Map<String, ? extends Set<String>> changes = changes(Tier.IN_PROCESS);

        assertThat(changes.get("a")).containsExactlyInAnyOrder("the locale", "an \"odd\" name, x=\"y\"} 1");
        assertThat(changes.get("b")).containsExactly("json.dumps by __main__");
    }

    @Test
    void membersWithProcessesOfTheirOwnShareNothing() {
        assertThat(changes(Tier.FORKED)).isEmpty();
    }

    @Test
    void aWorkloadThatDoesNotTellHasChangedNothing() {
        status = 500;
        assertThat(changes(Tier.IN_PROCESS)).isEmpty();
        workload.stop(0);
        assertThat(changes(Tier.IN_PROCESS)).isEmpty();
    }

    @Test
    void whoChangedSomethingKeepsItsOwnProcess_alsoAfterARestart_untilItsImageChanges(@TempDir Path directory) {
        World first = world("a", "b");
        try (H2GroupStore store = H2GroupStore.open(directory)) {
            new SharedStateMemory(store, first).add(List.of("a"));
        }
        assertThat(first.function("a").tiers()).containsExactlyInAnyOrder(Tier.FORKED, Tier.CO_PROCESS, Tier.CO_POD);
        assertThat(first.function("b").tiers()).contains(Tier.IN_PROCESS);

        World restarted = world("a", "b");
        World without = world("b");
        try (H2GroupStore store = H2GroupStore.open(directory)) {
            assertThat(new SharedStateMemory(store, restarted)).isNotNull();
            assertThat(new SharedStateMemory(store, without)).isNotNull();
        }
        assertThat(restarted.function("a").tiers()).doesNotContain(Tier.IN_PROCESS);
        assertThat(without.functions()).containsOnlyKeys("b");
    }

    private Map<String, ? extends Set<String>> changes(Tier tier) {
        GroupStatus group = GroupStatus.proposed(
                        "a-b", List.of("a", "b"), List.of(), List.of(), List.of(), Instant.EPOCH)
                .withImage("fused:1", tier.name(), Map.of());
        Workload fused = new Workload(
                "fused-a-b",
                Workload.Role.FUSED,
                "a-b",
                true,
                "127.0.0.1",
                List.of(),
                List.of(),
                "fused:1",
                "sha256:1");
        try (SharedState state = new SharedState(workload.getAddress().getPort())) {
            return state.changes(group, fused);
        }
    }

    private static World world(String... names) {
        return World.of(
                Fixtures.application(List.of(names).stream()
                        .map(name -> Fixtures.service(name, Map.of()))
                        .toArray(Service[]::new)),
                new Fixtures.RememberingPlatform(),
                new Identity(1, 2, 3, "t", Map.of("a", "240.240.0.1", "b", "240.240.0.2")),
                InetAddress.getLoopbackAddress(),
                Mode.AUTO,
                line -> {});
    }
}
