package dev.sinter.control.server;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sinter.control.lifecycle.LifecycleException;
import dev.sinter.control.routing.MeshState;
import dev.sinter.control.routing.Router;
import dev.sinter.control.routing.RoutingException;
import dev.sinter.control.store.H2GroupStore;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeshControlTest {

    @Test
    void aProxyThatIsNotConnected_isQuoted(@TempDir Path directory) {
        assertThatExceptionOfType(LifecycleException.class)
                .isThrownBy(() -> apply(directory, Set.of("app/gateway")))
                .withMessage("not connected.\nThe proxy of gateway wrote last:\nlast words of gateway")
                .extracting(LifecycleException::code)
                .isEqualTo("SNT0711");
    }

    @Test
    void otherFailuresQuoteNobody(@TempDir Path directory) {
        assertThatExceptionOfType(LifecycleException.class)
                .isThrownBy(() -> apply(directory, Set.of()))
                .withMessage("not connected.");
    }

    private static void apply(Path directory, Set<String> absentNodes) {
        Fixtures.RememberingPlatform platform = new Fixtures.RememberingPlatform();
        World world = World.of(
                Fixtures.application(Fixtures.service("a", Map.of())),
                platform,
                new Identity(1, 2, 3, "t", Map.of("a", "240.240.0.1")),
                InetAddress.getLoopbackAddress(),
                Mode.AUTO,
                line -> {});
        world.start(List.of("a"));
        try (H2GroupStore store = H2GroupStore.open(directory)) {
            new MeshControl(store, new MeshAssembler(world), new Failing(absentNodes), platform).apply();
        }
    }

    private record Failing(Set<String> absentNodes) implements Router {
        @Override
        public void apply(MeshState desired, Duration timeout) throws RoutingException {
            throw new RoutingException("SNT0711", "not connected.", absentNodes);
        }

        @Override
        public void offer(MeshState desired) {
            // Nothing starts.
        }
    }
}
