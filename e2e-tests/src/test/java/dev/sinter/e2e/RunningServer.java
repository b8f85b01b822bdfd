package dev.sinter.e2e;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.core.ConditionTimeoutException;

/** {@code sinter up} as it runs, watched through {@code sinter get}. */
final class RunningServer {

    private static final Duration START = Duration.ofMinutes(5);
    private static final Duration CHANGE = Duration.ofMinutes(4);

    private final SinterProgram sinter;
    private final Path log;
    private final Process process;

    private RunningServer(SinterProgram sinter, Path log, Process process) {
        this.sinter = sinter;
        this.log = log;
        this.process = process;
    }

    static RunningServer up(SinterProgram sinter, Path log, Path composeFile) {
        return new RunningServer(
                sinter, log, sinter.start(log, "up", "-f", composeFile.toString(), "--mode", "auto", "--quick"));
    }

    Process process() {
        return process;
    }

    /** The launcher becomes the program, so this is the server itself. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Where its first published port is, once it serves. */
    String awaitUrl() {
        await().atMost(START).pollInterval(Duration.ofSeconds(2)).until(() -> {
            if (!process.isAlive()) {
                throw new AssertionError(printed());
            }
            return printed().contains("serving at ");
        });
        return sinter.json("get", "status").path("urls").path(0).asText();
    }

    /** Waits until the first group is in a state. */
    void awaitState(String state) {
        try {
            await().atMost(CHANGE)
                    .pollInterval(Duration.ofSeconds(2))
                    .ignoreExceptions()
                    .until(() -> sinter.json("get", "groups")
                            .path(0)
                            .path("state")
                            .asText()
                            .equals(state));
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("never " + state + "\n" + printed(), e);
        }
    }

    String group() {
        return sinter.json("get", "groups").path(0).path("name").asText();
    }

    /** How the first group's members share a workload. */
    String tier() {
        return sinter.json("get", "groups").path(0).path("tier").asText();
    }

    private String printed() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
