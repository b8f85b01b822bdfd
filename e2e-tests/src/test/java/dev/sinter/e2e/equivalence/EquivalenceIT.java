package dev.sinter.e2e.equivalence;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Fixtures in containers of their own, and all of them in the one container that the merger made of their images, answer
 * generated requests alike, but for what {@code equivalence/differences.json} lists. Without a property it takes the fixtures
 * marked short, and as many cases as fit into {@link #SHORT_SECONDS}. {@code -Dequivalence.cases} and {@code
 * -Dequivalence.calls} set how many each of all fixtures gets (calls: each library too), {@code -Dequivalence.seed} repeats a
 * run.
 */
class EquivalenceIT {

    private static final Path SUITE = Path.of("equivalence").toAbsolutePath();
    private static final boolean SHORT = System.getProperty("equivalence.cases") == null;
    private static final int SHORT_SECONDS = 20;
    // The short form repeats known cases; new ones are for whoever can look at what they find.
    private static final String SHORT_SEED = "20261123";
    private static final Duration LIMIT = Duration.ofMinutes(Long.getLong("equivalence.minutes", 10));

    @TempDir
    static Path directory;

    private static FixtureContainers containers;

    @BeforeAll
    static void start() throws IOException {
        containers = FixtureContainers.start(SUITE, directory, SHORT);
    }

    @AfterAll
    static void stop() {
        if (containers != null) {
            containers.close();
        }
    }

    @Test
    void rawRequests_areAnsweredAsByTheFunctionAlone() throws Exception {
        run("inbound", Integer.getInteger("equivalence.cases", 200));
    }

    @Test
    void callsBetweenMembers_showClientLibrariesTheSame() throws Exception {
        run("calls", Integer.getInteger("equivalence.calls", 20));
    }

    private static void run(String part, int cases) throws IOException, InterruptedException {
        Map<String, Object> targets = new LinkedHashMap<>();
        targets.put("alone", containers.alone());
        targets.put("fused", containers.fused());
        Path file = directory.resolve("targets.json");
        new ObjectMapper().writeValue(file.toFile(), targets);
        Path log = directory.resolve(part + ".log");
        List<String> command = new ArrayList<>(List.of(
                "python3", "-B", "-m", "suite", part, "--targets", file.toString(), "--count", String.valueOf(cases)));
        if (SHORT) {
            command.addAll(List.of("--short", "--seconds", String.valueOf(SHORT_SECONDS)));
        }
        String seed = System.getProperty("equivalence.seed");
        if (seed == null && SHORT) {
            seed = SHORT_SEED;
        }
        if (seed != null) {
            command.addAll(List.of("--seed", seed));
        }
        Process process = new ProcessBuilder(command)
                .directory(SUITE.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .as(() -> read(log))
                    .isTrue();
            System.out.println(read(log));
            assertThat(process.exitValue()).as(() -> read(log)).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }
}
