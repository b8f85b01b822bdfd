package dev.sinter.merger.runtimes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Servers and client libraries as they were published over five years, each row with a Python of its time. The oldest and the
 * newest row run always, all of them with the profile {@code python-matrix}; a row needs its interpreter on the machine (on
 * PATH, or under pyenv).
 */
class PythonMatrixTest {

    private static final Path RUNTIME = Path.of("runtimes", "python").toAbsolutePath();
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final String WANTS = "# python ";

    record Row(String name, String python, Path requirements) {
        @Override
        public String toString() {
            return name + " on " + python;
        }
    }

    static List<Row> rows() throws IOException {
        try (Stream<Path> files = Files.list(RUNTIME.resolve("tests").resolve("matrix"))) {
            List<Row> rows = files.filter(file -> file.toString().endsWith(".txt"))
                    .sorted()
                    .map(PythonMatrixTest::row)
                    .filter(Objects::nonNull)
                    .toList();
            boolean all = "all".equals(System.getProperty("sinter.matrix"));
            return all || rows.size() < 3 ? rows : List.of(rows.getFirst(), rows.getLast());
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void everyLibraryCallsEveryServer(Row row) throws Exception {
        PythonEnvironment environment = PythonEnvironment.with(row.python(), row.requirements());
        Path log = Files.createTempFile("sinter-matrix", ".log");
        int exit = environment.run(List.of("-m", "unittest", "tests.test_matrix"), RUNTIME, log, LIMIT);
        String output = Files.readString(log);
        assertThat(exit).as(output).isZero();
        assertThat(output).contains("\nOK");
        Files.delete(log);
    }

    private static @Nullable Row row(Path requirements) {
        try {
            String first = Files.readAllLines(requirements).getFirst();
            String python = interpreter(first.substring(WANTS.length()).strip());
            String name = requirements.getFileName().toString().replace(".txt", "");
            return python == null ? null : new Row(name, python, requirements);
        } catch (IOException unreadable) {
            throw new java.io.UncheckedIOException(unreadable);
        }
    }

    private static @Nullable String interpreter(String version) throws IOException {
        Path pyenv = Path.of(System.getProperty("user.home"), ".pyenv", "versions");
        if (Files.isDirectory(pyenv)) {
            try (Stream<Path> versions = Files.list(pyenv)) {
                List<Path> found = versions.filter(
                                directory -> directory.getFileName().toString().startsWith(version + "."))
                        .map(directory -> directory.resolve("bin").resolve("python3"))
                        .filter(Files::isExecutable)
                        .sorted()
                        .toList();
                if (!found.isEmpty()) {
                    return found.getLast().toString();
                }
            }
        }
        return Stream.of(System.getenv("PATH").split(":"))
                .map(directory -> Path.of(directory, "python" + version))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst()
                .orElse(null);
    }
}
