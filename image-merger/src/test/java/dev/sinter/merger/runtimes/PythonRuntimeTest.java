package dev.sinter.merger.runtimes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the Python runtime's own tests, each module in a process of its own, against real servers and client libraries. */
class PythonRuntimeTest {

    private static final Path RUNTIME = Path.of("runtimes", "python").toAbsolutePath();
    private static final Duration LIMIT = Duration.ofMinutes(10);

    @ParameterizedTest
    @ValueSource(strings = {"test_runtime", "test_isolation", "test_inbound", "test_clients", "test_scenarios", "test_servers", "test_tiers", "test_faults"})
    void pythonTestsPass(String module) throws Exception {
        PythonEnvironment environment =
                PythonEnvironment.with(RUNTIME.resolve("tests").resolve("requirements.txt"));
        Path log = Files.createTempFile("sinter-" + module, ".log");
        int exit = environment.run(List.of("-m", "unittest", "tests." + module), RUNTIME, log, LIMIT);
        assertThat(exit).as(() -> read(log)).isZero();
        assertThat(read(log)).contains("\nOK");
        Files.delete(log);
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (java.io.IOException unreadable) {
            return unreadable.toString();
        }
    }
}
