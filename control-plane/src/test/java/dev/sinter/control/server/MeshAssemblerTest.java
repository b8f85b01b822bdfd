package dev.sinter.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinter.control.compose.Application;
import dev.sinter.control.compose.Service;
import dev.sinter.control.lifecycle.GroupState;
import dev.sinter.control.lifecycle.GroupStatus;
import dev.sinter.control.lifecycle.LocalPair;
import dev.sinter.control.routing.MeshFunction;
import dev.sinter.control.routing.MeshNode;
import dev.sinter.control.routing.MeshState;
import dev.sinter.control.routing.Split;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MeshAssemblerTest {

    private final Application application = Fixtures.application(
            Fixtures.service("a", Map.of(), new Service.PublishedPort("127.0.0.1", 18080, 8080)),
            Fixtures.service("b", Map.of()),
            Fixtures.service("c", Map.of()));

    private final Fixtures.RememberingPlatform platform = new Fixtures.RememberingPlatform();

    private final World world = World.of(
            application,
            platform,
            new Identity(1, 2, 3, "t", Map.of("a", "240.240.0.1", "b", "240.240.0.2", "c", "240.240.0.3")),
            InetAddress.getLoopbackAddress(),
            Mode.AUTO,
            line -> {});

    private final MeshAssembler assembler = new MeshAssembler(world);

    @BeforeEach
    void start() {
        world.startGateway();
        world.startFunctions(Set.of(), wave -> {}, () -> {});
    }

    @Test
    void withoutGroups_everyFunctionServesItself() {
        MeshState state = assembler.assemble(List.of(), Map.of(), List.of());

        assertThat(state.functions()).extracting(MeshFunction::split).containsOnly(Split.allOriginal());
        assertThat(state.nodes()).extracting(MeshNode::workload).containsExactly("a", "b", "c", "gateway");
        assertThat(function(state, "a").publishedPorts()).hasSize(1);
    }

    @Test
    void whileShifting_onlyEntriesAreShared() {
        startFused();
        MeshState state = assembler.assemble(List.of(group(GroupState.SHIFTING, 25)), Map.of(), List.of());

        assertThat(function(state, "a").split()).isEqualTo(new Split(75, "a-b"));
        assertThat(function(state, "b").split()).isEqualTo(new Split(100, "a-b"));
        assertThat(function(state, "c").split()).isEqualTo(Split.allOriginal());
        assertThat(state.fused()).hasSize(1);
    }

    @Test
    void atHundredPercent_everyHomeMoves() {
        startFused();
        MeshState state = assembler.assemble(List.of(group(GroupState.SHIFTING, 100)), Map.of(), List.of());

        assertThat(function(state, "b").split()).isEqualTo(new Split(0, "a-b"));
    }

    @Test
    void stoppedOriginals_stayReachableThroughTheFusedWorkload() {
        startFused();
        world.stop(List.of("a", "b"));
        MeshState state = assembler.assemble(List.of(group(GroupState.FUSED, 100)), Map.of(), List.of());

        assertThat(function(state, "a").originalAddress()).isNull();
        assertThat(function(state, "a").split()).isEqualTo(new Split(0, "a-b"));
        assertThat(state.nodes()).extracting(MeshNode::workload).containsExactly("c", "fused-a-b", "gateway");
    }

    @Test
    void aFusedWorkloadThatDied_keepsItsPlace_asItsProxyHoldsRequestsUntilItIsBack() {
        startFused();
        world.stop(List.of("a", "b"));
        platform.crash("fused-a-b");

        assertThat(world.died("fused-a-b")).isTrue();
        MeshState state = assembler.assemble(List.of(group(GroupState.FUSED, 100)), Map.of(), List.of());

        assertThat(function(state, "a").split()).isEqualTo(new Split(0, "a-b"));
        assertThat(state.fused()).hasSize(1);
        assertThat(state.nodes()).extracting(MeshNode::workload).contains("fused-a-b");
    }

    @Test
    void unfusingWithoutFusedWorkload_routesToTheOriginals() {
        MeshState state = assembler.assemble(List.of(group(GroupState.UNFUSING, 100)), Map.of(), List.of());

        assertThat(function(state, "a").split()).isEqualTo(Split.allOriginal());
    }

    private void startFused() {
        world.startFused(
                "a-b",
                "fused:1",
                Map.of(),
                List.of(world.function("a"), world.function("b")),
                Service.Resources.UNLIMITED);
    }

    private static MeshFunction function(MeshState state, String name) {
        return state.functions().stream()
                .filter(function -> function.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static GroupStatus group(GroupState groupState, int percent) {
        return new GroupStatus(
                "a-b",
                List.of("a", "b"),
                List.of("a", "b"),
                List.of("a"),
                List.of(new LocalPair("a", "b")),
                groupState,
                false,
                percent,
                "fused:1",
                "IN_PROCESS",
                Map.of(),
                Instant.EPOCH,
                "",
                "",
                false);
    }
}
