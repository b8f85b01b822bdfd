package dev.sinter.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What goes wrong under load: a server killed in the middle of a shift, a fused workload that dies, a server started again
 * with a member's new version.
 */
class ResumeIT {

    private static final Duration START = Duration.ofMinutes(5);
    private static final Duration FUSE = Duration.ofMinutes(4);

    /** A request that was not answered as it should be, and when it was sent. */
    private record Failure(Instant sent, String what) {}

    @TempDir
    Path directory;

    private final List<Failure> failures = new CopyOnWriteArrayList<>();
    private final AtomicLong answered = new AtomicLong();
    private final ScheduledExecutorService load = Executors.newScheduledThreadPool(1);
    private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
    private @Nullable ScheduledFuture<?> pacer;
    private final HttpClient http = HttpClient.newHttpClient();

    @AfterEach
    void stopLoad() {
        if (pacer != null) {
            pacer.cancel(false);
        }
        load.shutdownNow();
        requests.shutdownNow();
        new SinterProgram(directory).run(Duration.ofMinutes(2), "down");
    }

    @Test
    void killsAndNewVersions_loseNoRequestButThoseInTheHandsOfWhatWasKilled() throws IOException, InterruptedException {
        SinterProgram sinter = new SinterProgram(directory);
        Path log = directory.resolve("up.log");
        Path application = copyOf(SinterProgram.application("tree").getParent());
        String[] up = {"up", "-f", application.resolve("compose.yaml").toString(), "--mode", "auto", "--quick"};
        Process first = sinter.start(log, up);
        String url = awaitUrl(sinter, first, log);
        pacer = load.scheduleAtFixedRate(() -> requests.execute(() -> request(url)), 0, 50, TimeUnit.MILLISECONDS);
        awaitState(sinter, log, "SHIFTING");

        kill(first);
        Process second = sinter.start(log, up);
        awaitState(sinter, log, "FUSED");
        String group = sinter.json("get", "groups").path(0).path("name").asText();
        assertThat(failures).isEmpty();

        Instant killed = killFused(group);
        awaitState(sinter, log, "FAILED");
        assertThat(sinter.run(Duration.ofSeconds(30), "explain", group).out()).contains("SNT0820");
        assertThat(failures).allSatisfy(failure -> assertThat(failure.sent()).isBefore(killed));
        failures.clear();
        ask(sinter, "approve", group);
        awaitState(sinter, log, "FUSED");

        kill(second);
        Files.writeString(application.resolve("e/server.py"), "\n# A new version.\n", StandardOpenOption.APPEND);
        Process third = sinter.start(log, up);
        awaitState(sinter, log, "UNFUSED");
        assertThat(sinter.run(Duration.ofSeconds(30), "explain", group).out()).contains("SNT0828 Images changed: e is");

        assertThat(failures).isEmpty();
        assertThat(answered.get()).isGreaterThan(200);
        assertThat(sinter.run(Duration.ofMinutes(2), "down").exitCode()).isZero();
        assertThat(third.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(sinter.run(Duration.ofSeconds(30), "get", "groups").err()).contains("SNT0110");
    }

    private static void ask(SinterProgram sinter, String verb, String group) {
        assertThat(sinter.run(Duration.ofSeconds(30), verb, group).exitCode()).isZero();
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

    /** The launcher becomes the program, so this is the server itself. */
    private static void kill(Process process) throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Kills the fused workload's own process, as running out of memory would. Returns when. */
    private static Instant killFused(String group) {
        String identity = "SINTER_NODE_ID=tree/fused-" + group;
        ProcessHandle fused = ProcessHandle.allProcesses()
                .filter(process -> environment(process).contains(identity))
                .findFirst()
                .orElseThrow();
        assertThat(fused.destroyForcibly()).isTrue();
        return Instant.now();
    }

    private static List<String> environment(ProcessHandle process) {
        try {
            return List.of(Files.readString(
                            Path.of("/proc", Long.toString(process.pid()), "environ"), StandardCharsets.ISO_8859_1)
                    .split("\0"));
        } catch (IOException e) {
            return List.of();
        }
    }

    private void request(String url) {
        Instant sent = Instant.now();
        try {
            HttpResponse<String> response = http.send(
                    HttpRequest.newBuilder(URI.create(url + "?n=1"))
                            .timeout(Duration.ofSeconds(20))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() == 200) {
                answered.incrementAndGet();
            } else {
                failures.add(new Failure(sent, response.statusCode() + " " + response.body()));
            }
        } catch (IOException e) {
            failures.add(new Failure(sent, e.toString()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String awaitUrl(SinterProgram sinter, Process process, Path log) {
        await().atMost(START).pollInterval(Duration.ofSeconds(2)).until(() -> {
            if (!process.isAlive()) {
                throw new AssertionError(Files.readString(log));
            }
            return Files.readString(log).contains("serving at ");
        });
        return sinter.json("get", "status").path("urls").path(0).asText();
    }

    private static void awaitState(SinterProgram sinter, Path log, String state) throws IOException {
        try {
            await().atMost(FUSE)
                    .pollInterval(Duration.ofSeconds(2))
                    .ignoreExceptions()
                    .until(() -> sinter.json("get", "groups")
                            .path(0)
                            .path("state")
                            .asText()
                            .equals(state));
        } catch (org.awaitility.core.ConditionTimeoutException e) {
            throw new AssertionError("never " + state + "\n" + Files.readString(log), e);
        }
    }
}
