package dev.sinter.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A function whose owner wants a process of its own may still be fused, as a process of its own. Whether that pays for two
 * so small functions is the judge's business, not this test's.
 */
class TiersIT {

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
    void aGroupWithoutSharedProcess_isForked_andAnswersAsBefore() throws IOException {
        Path apps = SinterProgram.application("tree").getParent();
        Path compose = Files.writeString(directory.resolve("compose.yaml"), """
                name: tiers
                services:
                  d:
                    build: {context: %1$s/d, dockerfile: Containerfile}
                    ports: ["127.0.0.1:18083:8080"]
                    labels: {sinter.dev/tiers: FORKED}
                  e:
                    build: {context: %1$s/e, dockerfile: Containerfile}
                    expose: ["8080"]
                """.formatted(apps));
        RunningServer server = RunningServer.up(sinter, directory.resolve("up.log"), compose);
        try (SteadyLoad load =
                SteadyLoad.on(server.awaitUrl() + "?n=1", Duration.ofMillis(100), "\"function\":\"e\"")) {
            server.awaitState("SHIFTING");
            long before = load.answered();

            // The supervisor, the front, and each member; one in all where they share a process.
            assertThat(FusedProcesses.of("tiers", server.group())).hasSizeGreaterThanOrEqualTo(4);
            // Of so many, the fused workload's share of the first phase is certain to serve some.
            await().atMost(Duration.ofMinutes(2)).until(() -> load.answered() > before + 300);
            assertThat(load.failures()).isEmpty();
        }
    }
}
