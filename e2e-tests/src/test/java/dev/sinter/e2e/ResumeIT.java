package dev.sinter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What goes wrong under load: a server killed in the middle of a shift, a fused workload that dies, a server started again
 * with a member's new version, a server started without its state.
 */
class ResumeIT {

    @TempDir
    Path directory;

    private SinterProgram sinter;

    @BeforeEach
    void open() {
        sinter = new SinterProgram(directory);
    }

    @AfterEach
    void down() {
        sinter.run(Duration.ofMinutes(2), "down");
    }

    @Test
    void killsAndNewVersions_loseNoRequestButThoseInTheHandsOfWhatWasKilled() throws IOException, InterruptedException {
        Path log = directory.resolve("up.log");
        Path application = copyOf(SinterProgram.application("tree").getParent());
        Path compose = application.resolve("compose.yaml");
        RunningServer first = RunningServer.up(sinter, log, compose);
        try (SteadyLoad load = SteadyLoad.on(first.awaitUrl() + "?n=1", Duration.ofMillis(50), "\"function\":\"a\"")) {
            first.awaitState("SHIFTING");

            first.kill();
            RunningServer second = RunningServer.up(sinter, log, compose);
            second.awaitState("FUSED");
            String group = second.group();
            assertThat(load.failures()).isEmpty();

            Instant killed = killFused(group);
            second.awaitState("FAILED");
            assertThat(sinter.run(Duration.ofSeconds(30), "explain", group).out())
                    .contains("SNT0820");
            assertThat(load.failures())
                    .allSatisfy(failure -> assertThat(failure.sent()).isBefore(killed));
            load.forgetFailures();
            assertThat(sinter.run(Duration.ofSeconds(30), "approve", group).exitCode())
                    .isZero();
            second.awaitState("FUSED");

            second.kill();
            Files.writeString(application.resolve("e/server.py"), "\n# A new version.\n", StandardOpenOption.APPEND);
            RunningServer third = RunningServer.up(sinter, log, compose);
            third.awaitState("UNFUSED");
            assertThat(sinter.run(Duration.ofSeconds(30), "explain", group).out())
                    .contains("SNT0828 Images changed: e is");

            assertThat(load.failures()).isEmpty();
            assertThat(load.answered()).isGreaterThan(200);
            assertThat(sinter.run(Duration.ofMinutes(2), "down").exitCode()).isZero();
            assertThat(third.process().waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(sinter.run(Duration.ofSeconds(30), "get", "groups").err())
                    .contains("SNT0110");
        }
    }

    @Test
    void aRunWhoseStateIsLost_isReplacedByTheNext() throws IOException, InterruptedException {
        Files.writeString(directory.resolve("Containerfile"), """
                ARG BASE=python:3.13-slim
                FROM ${BASE}
                EXPOSE 8080
                CMD ["python3", "-m", "http.server", "8080", "--directory", "/srv"]
                """);
        Path compose = Files.writeString(directory.resolve("compose.yaml"), """
                name: lost
                services:
                  a:
                    build: .
                    ports: ["127.0.0.1:18083:8080"]
                    depends_on: [b]
                  b:
                    build: .
                """);
        RunningServer first = RunningServer.up(sinter, directory.resolve("first.log"), compose);
        first.awaitUrl();
        first.kill();

        SinterProgram elsewhere = new SinterProgram(Files.createDirectory(directory.resolve("elsewhere")));
        RunningServer.up(elsewhere, directory.resolve("second.log"), compose).awaitUrl();

        assertThat(Files.readString(directory.resolve("second.log")))
                .contains("removing what an earlier run left: a, b, gateway");
        assertThat(elsewhere.run(Duration.ofMinutes(2), "down").exitCode()).isZero();
    }

    private Path copyOf(Path source) throws IOException {
        Path copy = directory.resolve(source.getFileName());
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(source.relativize(file)));
            }
        }
        return copy;
    }

    /** Kills the fused workload's first process, as running out of memory would. Returns when. */
    private static Instant killFused(String group) {
        ProcessHandle fused = FusedProcesses.of("tree", group).getFirst();
        assertThat(fused.destroyForcibly()).isTrue();
        return Instant.now();
    }
}
