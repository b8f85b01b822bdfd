package dev.sinter.control.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinter.control.compose.Service;
import dev.sinter.control.compose.Service.Resources;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ArgvTest {

    private static final List<String> IMAGE_ENTRYPOINT = List.of("tini", "--");
    private static final List<String> IMAGE_COMMAND = List.of("serve");

    @Test
    void nothingGivenLeavesTheImageAsItIs() {
        assertThat(argv(null, null)).isEqualTo(new Argv(null, null));
    }

    @Test
    void aCommandReplacesOnlyTheCommand() {
        assertThat(argv(null, List.of("x"))).isEqualTo(new Argv(null, List.of("x")));
    }

    @Test
    void anEntrypointDropsTheImagesCommand() {
        assertThat(argv(List.of("x"), null)).isEqualTo(new Argv(List.of("x"), null));
    }

    @Test
    void bothReplaceBoth() {
        assertThat(argv(List.of("x"), List.of("y"))).isEqualTo(new Argv(List.of("x"), List.of("y")));
    }

    @Test
    void anEmptyCommandRunsTheEntrypointAlone() {
        assertThat(argv(null, List.of())).isEqualTo(new Argv(IMAGE_ENTRYPOINT, null));
    }

    @Test
    void anEmptyEntrypointRunsTheCommandAsItIs() {
        assertThat(argv(List.of(), List.of("x", "y"))).isEqualTo(new Argv(List.of("x"), List.of("y")));
        assertThat(argv(List.of(), null)).isEqualTo(new Argv(List.of("serve"), null));
    }

    @Test
    void nothingLeftToRunIsSaid() {
        assertThatThrownBy(() -> argv(List.of(), List.of()))
                .isInstanceOf(PlatformException.class)
                .hasMessageContaining("service a");
    }

    private static Argv argv(@Nullable List<String> entrypoint, @Nullable List<String> command) {
        Service service = new Service(
                "a",
                "x",
                null,
                command,
                entrypoint,
                Map.of(),
                null,
                null,
                List.of(),
                List.of(),
                List.of(),
                Map.of(),
                null,
                Resources.UNLIMITED,
                Map.of(),
                Map.of(),
                null,
                null,
                null,
                false,
                Map.of());
        return Argv.of(service, IMAGE_ENTRYPOINT, IMAGE_COMMAND);
    }
}
