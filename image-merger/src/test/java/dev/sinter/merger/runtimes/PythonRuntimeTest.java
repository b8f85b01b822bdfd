package dev.sinter.merger.runtimes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs the Python runtime's own tests, each module in a process of its own, against real servers and client libraries. They
 * mostly wait, so two run at a time.
 */
class PythonRuntimeTest {

    private static final Path RUNTIME = Path.of("runtimes", "python").toAbsolutePath();
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final int AT_A_TIME = 2;

    private static final Map<String, Future<Outcome>> outcomes = new LinkedHashMap<>();
    private static ExecutorService pool;

    private record Outcome(int exit, Path log) {}

    static Stream<String> modules() {
        return Stream.of(
                "clients",
                "faults",
                "tiers",
                "programs",
                "outputs",
                "spilling",
                "conformance",
                "servers",
                "runtime",
                "ending",
                "isolation",
                "inbound",
                "scenarios",
                "benchmarks",
                "bells",
                "native",
                "large");
    }

    @BeforeAll
    static void startAll() throws IOException, InterruptedException {
        PythonEnvironment environment =
                PythonEnvironment.with(RUNTIME.resolve("tests").resolve("requirements.txt"));
        pool = Executors.newFixedThreadPool(AT_A_TIME);
        modules().forEach(module -> outcomes.put(module, pool.submit(() -> run(environment, module))));
    }

    @AfterAll
    static void end() {
        pool.shutdownNow();
    }

    @ParameterizedTest
    @MethodSource("modules")
    void pythonTestsPass(String module) throws Exception {
        Outcome outcome = Objects.requireNonNull(outcomes.get(module)).get();
        assertThat(outcome.exit()).as(() -> read(outcome.log())).isZero();
        assertThat(read(outcome.log())).contains("\nOK");
        Files.delete(outcome.log());
    }

    private static Outcome run(PythonEnvironment environment, String module) throws IOException, InterruptedException {
        Path log = Files.createTempFile("sinter-" + module, ".log");
        int exit = environment.run(List.of("-m", "unittest", "tests.test_" + module), RUNTIME, log, LIMIT);
        return new Outcome(exit, log);
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }
}
