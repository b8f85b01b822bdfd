package dev.sinter.control.setup;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EngineChoiceTest {

    private static final URI DOCKER = URI.create("unix:///var/run/docker.sock");
    private static final URI PODMAN = URI.create("unix:///run/podman/podman.sock");
    private static final Path PODMAN_PROGRAM = Path.of("/usr/bin/podman");

    @Test
    void theEngineDockerHostNamesIsTakenBeforeAll() {
        EngineChoice choice = EngineChoice.of(
                machine(Map.of("DOCKER_HOST", "tcp://10.0.0.9:2375"), true, true),
                PODMAN_PROGRAM,
                Set.of(URI.create("tcp://10.0.0.9:2375"), DOCKER)::contains);

        assertThat(choice).isEqualTo(new EngineChoice.Running(URI.create("tcp://10.0.0.9:2375")));
    }

    @Test
    void aDockerHostThatDoesNotAnswerIsSaidRatherThanPassedOver() {
        EngineChoice choice = EngineChoice.of(
                machine(Map.of("DOCKER_HOST", "unix:///gone.sock"), true, true),
                PODMAN_PROGRAM,
                Set.of(DOCKER)::contains);

        assertThat(choice).isInstanceOfSatisfying(EngineChoice.Impossible.class, impossible -> {
            assertThat(impossible.code()).isEqualTo("SNT0121");
            assertThat(impossible.message()).contains("unix:///gone.sock");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"not a uri", "unix:", "tcp://", "unix:///a%zz"})
    void aDockerHostThatIsNoAddressIsSaidAsWell(String dockerHost) {
        EngineChoice choice = EngineChoice.of(
                machine(Map.of("DOCKER_HOST", dockerHost), true, true), PODMAN_PROGRAM, EngineProbe::answers);

        assertThat(choice)
                .isInstanceOfSatisfying(
                        EngineChoice.Impossible.class,
                        impossible -> assertThat(impossible.message()).contains(dockerHost));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nowhere", "unix:nowhere", "ssh://user@nowhere"})
    void aDockerHostOfAnUnknownKindDoesNotAnswer(String dockerHost) {
        assertThat(EngineProbe.answers(URI.create(dockerHost))).isFalse();
    }

    @Test
    void aRunningEngineIsTakenBeforeAnInstalledOne() {
        assertThat(EngineChoice.of(machine(Map.of(), true, true), PODMAN_PROGRAM, Set.of(PODMAN)::contains))
                .isEqualTo(new EngineChoice.Running(PODMAN));
        assertThat(EngineChoice.of(machine(Map.of(), true, true), PODMAN_PROGRAM, Set.of(DOCKER, PODMAN)::contains))
                .isEqualTo(new EngineChoice.Running(DOCKER));
    }

    @Test
    void aUsersOwnEngineIsFoundByXdgRuntimeDir() {
        URI own = URI.create("unix:///run/user/1000/podman/podman.sock");

        assertThat(EngineChoice.of(
                        machine(Map.of("XDG_RUNTIME_DIR", "/run/user/1000"), false, true), null, Set.of(own)::contains))
                .isEqualTo(new EngineChoice.Running(own));
    }

    @Test
    void anInstalledPodmanIsStarted() {
        assertThat(EngineChoice.of(machine(Map.of(), false, false), PODMAN_PROGRAM, uri -> false))
                .isEqualTo(new EngineChoice.StartPodman(PODMAN_PROGRAM));
    }

    @Test
    void podmanIsInstalledOnlyByRootOnDebian() {
        assertThat(EngineChoice.of(machine(Map.of(), true, true), null, uri -> false))
                .isEqualTo(new EngineChoice.InstallPodman());
        assertThat(EngineChoice.of(machine(Map.of(), true, false), null, uri -> false))
                .isInstanceOf(EngineChoice.Impossible.class);
        assertThat(EngineChoice.of(machine(Map.of(), false, true), null, uri -> false))
                .isInstanceOfSatisfying(
                        EngineChoice.Impossible.class,
                        impossible -> assertThat(impossible.message()).contains("sudo apt-get install -y podman"));
    }

    private static Machine machine(Map<String, String> environment, boolean root, boolean debianLike) {
        return new Machine(environment, Path.of("/home/x"), root, debianLike, false, false);
    }
}
