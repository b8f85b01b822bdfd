package dev.sinter.control.setup;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A Podman service on a socket of our own. It belongs to no session, so that Ctrl-C leaves it alone, is found again by
 * the next run, and ends by itself once nobody has asked anything of it for a while.
 */
final class OwnPodman {

    private static final Duration IDLE = Duration.ofMinutes(15);
    private static final Duration START = Duration.ofSeconds(20);

    /** Enough for a function; this process's own hard limit may still be above what the runtime is allowed to set. */
    private static final long HIGHEST_LIMIT = 1024;

    private final Path podman;
    private final Path directory;
    private final Path socket;

    OwnPodman(Path podman, Machine machine) {
        this.podman = podman;
        this.directory = machine.cache().resolve("engine");
        this.socket = machine.runtime().resolve("podman.sock");
    }

    URI host() {
        return URI.create("unix://" + socket);
    }

    Path containersConf() {
        return directory.resolve("containers.conf");
    }

    /** Starts the service with these settings and returns once it answers. */
    Process start(PodmanSettings settings) {
        prepare(settings);
        try {
            ProcessBuilder builder = new ProcessBuilder(
                            "setsid",
                            podman.toString(),
                            "system",
                            "service",
                            "--time=" + IDLE.toSeconds(),
                            host().toString())
                    // It outlives the directory it is started from, and starts nothing once that is gone.
                    .directory(new java.io.File("/"))
                    .redirectErrorStream(true)
                    .redirectInput(new java.io.File("/dev/null"))
                    .redirectOutput(log().toFile());
            builder.environment().put("CONTAINERS_CONF", containersConf().toString());
            Process service = builder.start();
            awaitAnswer(service);
            return service;
        } catch (IOException e) {
            throw failed(e.toString());
        }
    }

    private void prepare(PodmanSettings settings) {
        try {
            Files.createDirectories(directory);
            Files.createDirectories(socket.getParent());
            Files.writeString(
                    containersConf(),
                    settings.containersConf(limit("Max open files"), limit("Max processes")),
                    StandardCharsets.UTF_8);
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            throw new SetupException(
                    "SNT0132",
                    "files of a Podman service: " + e + " (expected: " + directory + " and " + socket.getParent()
                            + " can be written). Maybe the disk is full.",
                    e);
        }
    }

    /** Ends a service that {@link #start} gave, to try other settings. */
    static void stop(Process service) {
        service.destroy();
        try {
            if (!service.waitFor(10, TimeUnit.SECONDS)) {
                service.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitAnswer(Process service) throws IOException {
        long deadline = System.nanoTime() + START.toNanos();
        while (!EngineProbe.answers(host())) {
            if (!service.isAlive() || System.nanoTime() - deadline > 0) {
                service.destroyForcibly();
                List<String> lineList =
                        Files.readString(log(), StandardCharsets.UTF_8).lines().toList();
                throw failed(String.join("\n", lineList.subList(Math.max(0, lineList.size() - 5), lineList.size())));
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }

    private Path log() {
        return directory.resolve("podman.log");
    }

    private SetupException failed(String said) {
        return new SetupException(
                "SNT0124",
                podman + " system service: did not come up on " + socket + " within " + START.toSeconds()
                        + " s (expected: it answers the Docker API). It said:\n" + said + "\nIts log is " + log()
                        + ".");
    }

    /** What containers are limited to: no more than this process's own hard limit. */
    private long limit(String name) throws IOException {
        return Files.readString(Path.of("/proc/self/limits"), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith(name))
                .map(line -> List.of(line.substring(name.length()).strip().split("\\s+", -1))
                        .get(1))
                .mapToLong(value -> value.equals("unlimited") ? 1L << 20 : Long.parseLong(value))
                .map(hard -> Math.min(hard, HIGHEST_LIMIT))
                .findFirst()
                .orElse(HIGHEST_LIMIT);
    }
}
