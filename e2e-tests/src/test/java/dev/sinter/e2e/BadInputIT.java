package dev.sinter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import dev.sinter.control.setup.EngineClient;
import dev.sinter.control.setup.Setup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person sees who asks for what cannot be: one coded message, exit 1, nothing left running. */
class BadInputIT {

    private static final Duration LIMIT = Duration.ofMinutes(5);

    @TempDir
    Path directory;

    private static DockerClient engine;

    @BeforeAll
    static void findEngine() {
        engine = EngineClient.open(
                new Setup(System.getenv()).ensure(progress -> {}).engine().host());
    }

    @AfterAll
    static void closeEngine() throws IOException {
        engine.close();
    }

    @AfterEach
    void nothingIsLeft() {
        assertThat(engine.listContainersCmd()
                        .withShowAll(true)
                        .withLabelFilter(Map.of("sinter.dev/application", "bad"))
                        .exec())
                .isEmpty();
        assertThat(directory.resolve("state").resolve("bad")).doesNotExist();
    }

    @Test
    void unknownKey_isNamedWithItsLine() throws IOException {
        assertRefused("""
                name: bad
                services:
                  a:
                    image: a:1
                    comand: ["x"]
                """, "SNT05", "comand");
    }

    @Test
    void missingImage_isNamed() throws IOException {
        assertRefused("""
                name: bad
                services:
                  a:
                    image: localhost/no-such-image:1
                    expose: ["8080"]
                """, "SNT06", "no-such-image");
    }

    @Test
    void functionThatCrashesAtStart_isShownWithItsLastWords() throws IOException {
        Files.writeString(directory.resolve("Containerfile"), """
                ARG BASE=python:3.13-slim
                FROM ${BASE}
                CMD ["python3", "-c", "raise SystemExit('my last words')"]
                """);
        assertRefused("""
                name: bad
                services:
                  a:
                    build: .
                    expose: ["8080"]
                """, "SNT06", "my last words");
    }

    @Test
    void takenPort_isNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Files.writeString(directory.resolve("Containerfile"), """
                    ARG BASE=python:3.13-slim
                    FROM ${BASE}
                    CMD ["python3", "-m", "http.server", "8080"]
                    """);
            assertRefused("""
                    name: bad
                    services:
                      a:
                        build: .
                        ports: ["127.0.0.1:%d:8080"]
                    """.formatted(taken.getLocalPort()), "SNT06", Integer.toString(taken.getLocalPort()));
        }
    }

    @Test
    void missingComposeFile_saysHowToNameAnother() {
        Path missing = directory.resolve("no-such.yaml");

        assertRefused(run(Map.of(), missing), "SNT0501", missing.toString(), "--file");
        assertRefused(run(Map.of(), directory), "SNT0501", "a directory");
    }

    @Test
    void engineThatDoesNotAnswer_isNamedBeforeAnythingIsMade() throws IOException {
        assertRefused(
                run(Map.of("DOCKER_HOST", "unix:///no/such/engine.sock"), anApplication()),
                "SNT0121",
                "unix:///no/such/engine.sock",
                "unset DOCKER_HOST");
        assertRefused(run(Map.of("DOCKER_HOST", "no address"), anApplication()), "SNT0121", "no address");
    }

    @Test
    void envoyThatIsNone_isNamedBeforeAnythingIsMade() throws IOException {
        Path notEnvoy = Files.writeString(directory.resolve("envoy"), "#!/bin/sh\necho I am a shell\n");
        assertThat(notEnvoy.toFile().setExecutable(true)).isTrue();

        assertRefused(
                run(Map.of("SINTER_ENVOY", notEnvoy.toString()), anApplication()),
                "SNT0127",
                notEnvoy.toString(),
                "explain SNT0127");
    }

    @Test
    void fullDiskUnderTheState_isSaidAndLeavesNothingOnIt() throws IOException {
        try (SmallDisk disk = SmallDisk.mount(directory.resolve("disk"), "size=4k")) {
            Path state = disk.path().resolve("state");

            assertRefused(
                    run(Map.of("SINTER_STATE", state.toString()), anApplication()),
                    "SNT0901",
                    state.toString(),
                    "disk is full");
            assertThat(state).isEmptyDirectory();
        }
    }

    @Test
    void fullDiskUnderTheCache_isSaid() throws IOException {
        // Its own root is the one file it has room for.
        try (SmallDisk disk = SmallDisk.mount(directory.resolve("disk"), "nr_inodes=1")) {
            assertRefused(
                    run(Map.of("XDG_CACHE_HOME", disk.path().toString()), anApplication()),
                    "SNT0131",
                    "No space left",
                    "XDG_CACHE_HOME");
        }
    }

    private Path anApplication() throws IOException {
        return Files.writeString(directory.resolve("compose.yaml"), """
                name: bad
                services:
                  a:
                    image: localhost/no-such-image:1
                    expose: ["8080"]
                """);
    }

    private void assertRefused(String compose, String codePrefix, String... named) throws IOException {
        Path file = Files.writeString(directory.resolve("compose.yaml"), compose);
        assertRefused(run(Map.of(), file), codePrefix, named);
    }

    private SinterProgram.Result run(Map<String, String> environment, Path file) {
        return new SinterProgram(directory, environment).run(LIMIT, "up", "-f", file.toString());
    }

    private static void assertRefused(SinterProgram.Result result, String codePrefix, String... named) {
        assertThat(result.exitCode()).as(result.err()).isEqualTo(1);
        assertThat(result.err()).contains(codePrefix).contains(named).doesNotContain("\tat ");
        assertThat(result.out()).isEmpty();
    }
}
