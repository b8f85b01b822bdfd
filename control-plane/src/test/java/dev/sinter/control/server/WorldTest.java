package dev.sinter.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinter.control.compose.Service;
import dev.sinter.control.compose.Service.Resources;
import dev.sinter.control.platform.Platform;
import dev.sinter.control.platform.Workload;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WorldTest {

    @Test
    void aFusedWorkload_mayUseWhatItsMembersMayTogether() {
        assertThat(fusedOf(new Resources(0.5, 100L), new Resources(1.0, 200L))).isEqualTo(new Resources(1.5, 300L));
    }

    @Test
    void aMemberWithoutLimit_leavesTheFusedWorkloadWithout() {
        assertThat(fusedOf(new Resources(0.5, null), new Resources(null, 200L))).isEqualTo(Resources.UNLIMITED);
        assertThat(fusedOf(new Resources(0.5, null), new Resources(0.25, 200L))).isEqualTo(new Resources(0.75, null));
    }

    @Test
    void whatNobodyKnowsAnyMore_isRemovedAndSaid() {
        Fixtures.RememberingPlatform platform = new Fixtures.RememberingPlatform();
        Service a = Fixtures.service("a", Map.of());
        World earlier = world(platform, a, Fixtures.service("gone", Map.of()));
        earlier.start(List.of("a", "gone"));
        earlier.startFused("a-gone", "fused:1", Map.of(), List.of(earlier.function("a")), Resources.UNLIMITED);
        World later = world(platform, a);
        List<String> said = new ArrayList<>();

        later.removeLeftovers(Set.of("a", "gateway"), said::add);

        assertThat(platform.list()).extracting(Workload::name).containsExactly("a");
        assertThat(later.workload("fused-a-gone")).isNull();
        assertThat(said).containsExactly("removing what an earlier run left: fused-a-gone, gone");
        later.removeLeftovers(Set.of("a", "gateway"), said::add);
        assertThat(said).hasSize(1);
    }

    private static Resources fusedOf(Resources first, Resources second) {
        Service a = Fixtures.service("a", Map.of(), first);
        Service b = Fixtures.service("b", Map.of(), second);
        Fixtures.RememberingPlatform platform = new Fixtures.RememberingPlatform();
        World world = world(platform, a, b);
        List<Function> members = List.of(world.function("a"), world.function("b"));
        world.startFused("a-b", "fused:1", Map.of(), members, World.promised(members));
        return platform.fusedSpec().resources();
    }

    private static World world(Platform platform, Service... services) {
        return World.of(
                Fixtures.application(services),
                platform,
                new Identity(1, 2, 3, "t", Map.of("a", "240.240.0.1", "b", "240.240.0.2")),
                InetAddress.getLoopbackAddress(),
                Mode.AUTO,
                line -> {});
    }
}
