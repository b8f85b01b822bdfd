package dev.sinter.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinter.control.compose.Service;
import dev.sinter.control.compose.Service.Resources;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
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

    private static Resources fusedOf(Resources first, Resources second) {
        Service a = Fixtures.service("a", Map.of(), first);
        Service b = Fixtures.service("b", Map.of(), second);
        Fixtures.RememberingPlatform platform = new Fixtures.RememberingPlatform();
        World world = World.of(
                Fixtures.application(a, b),
                platform,
                new Identity(1, 2, 3, "t", Map.of("a", "240.240.0.1", "b", "240.240.0.2")),
                InetAddress.getLoopbackAddress(),
                Mode.AUTO,
                line -> {});
        world.startFused("a-b", "fused:1", Map.of(), List.of(world.function("a"), world.function("b")));
        return platform.fusedSpec().resources();
    }
}
