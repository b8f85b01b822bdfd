package dev.sinter.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The {@code sinter} launcher of this checkout, run as its user runs it, with a state directory of its own. */
final class SinterProgram {

    /** What one run printed and how it ended. */
    record Result(int exitCode, String out, String err) {}

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private final ObjectMapper json = new ObjectMapper();
    private final Path directory;
    private final Map<String, String> environment;

    /** @param directory for state and logs of these runs */
    SinterProgram(Path directory) {
        this(directory, Map.of());
    }

    /** @param environment wins over this process's own */
    SinterProgram(Path directory, Map<String, String> environment) {
        this.directory = directory;
        this.environment = Map.copyOf(environment);
    }

    static Path application(String name) {
        return ROOT.resolve("e2e-tests/apps").resolve(name).resolve("compose.yaml");
    }

    /** Runs to the end. */
    Result run(Duration limit, String... arguments) {
        try {
            Path out = Files.createTempFile(directory, "out", ".txt");
            Path err = Files.createTempFile(directory, "err", ".txt");
            Process process = builder(arguments)
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroy();
                process.waitFor(60, TimeUnit.SECONDS);
                throw new AssertionError(
                        "no end after " + limit + ": " + String.join(" ", arguments) + "\n" + Files.readString(err));
            }
            return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Starts and returns at once; what it prints goes to {@code log}. */
    Process start(Path log, String... arguments) {
        try {
            return builder(arguments)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A command's JSON document. */
    JsonNode json(String... arguments) {
        List<String> withFormat = new ArrayList<>(List.of(arguments));
        withFormat.addAll(List.of("-o", "json"));
        Result result = run(Duration.ofSeconds(30), withFormat.toArray(String[]::new));
        if (result.exitCode() != 0) {
            throw new AssertionError(String.join(" ", arguments) + ": " + result.err());
        }
        try {
            return json.readTree(result.out());
        } catch (IOException e) {
            throw new AssertionError(result.out(), e);
        }
    }

    private ProcessBuilder builder(String... arguments) {
        List<String> command = new ArrayList<>(List.of(ROOT.resolve("sinter").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("SINTER_STATE", directory.resolve("state").toString());
        builder.environment().putAll(environment);
        return builder;
    }
}
