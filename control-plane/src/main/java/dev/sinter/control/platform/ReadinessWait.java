package dev.sinter.control.platform;

import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** Waits until containers serve, and tells in one message why one does not. Safe for concurrent use. */
final class ReadinessWait {

    /** Where Envoy takes captured traffic: once both listen, no call can miss it. */
    private static final List<Integer> CAPTURE_PORTS = List.of(15001, 15006);

    private static final Duration SIDECAR = Duration.ofSeconds(20);
    private static final Duration STAYS_UP = Duration.ofSeconds(1);
    private static final Duration LATE_PORTS = Duration.ofSeconds(3);
    private static final Duration POLL = Duration.ofMillis(25);
    private static final int LOG_LINES = 12;

    private final Containers containers;
    private final HostProcesses processes;
    private final HttpClient http;

    ReadinessWait(Containers containers, HostProcesses processes) {
        this.containers = containers;
        this.processes = processes;
        this.http = HttpClient.newBuilder()
                .connectTimeout(Duration.ofSeconds(2))
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    /** Returns once the sidecar's Envoy has the listeners that capture traffic. */
    void awaitCapture(String workload, String sidecarId) {
        long start = System.nanoTime();
        while (!listening(sidecarId).containsAll(CAPTURE_PORTS)) {
            ContainerState state = containers.inspect(sidecarId).getState();
            if (!Boolean.TRUE.equals(state.getRunning())) {
                throw crashed("sidecar of " + workload, sidecarId, state, "SNT0609");
            }
            if (since(start).compareTo(SIDECAR) > 0) {
                throw new PlatformException(
                        "SNT0609",
                        "sidecar of " + workload + ": no listeners on " + CAPTURE_PORTS + " after "
                                + SIDECAR.toSeconds() + " s (expected: the ADS server sends them). Its last lines:\n"
                                + log(sidecarId));
            }
            pause();
        }
    }

    /** Returns once the workload's own container serves. */
    void await(String workload, String mainId, String sidecarId, Readiness readiness) {
        long start = System.nanoTime();
        while (!ready(mainId, sidecarId, readiness, since(start))) {
            ContainerState state = containers.inspect(mainId).getState();
            if (!Boolean.TRUE.equals(state.getRunning())) {
                throw crashed(workload, mainId, state, "SNT0607");
            }
            if (since(start).compareTo(readiness.allowed()) > 0) {
                throw new PlatformException(
                        "SNT0608",
                        workload + ": not ready after " + readiness.allowed().toSeconds() + " s (expected: "
                                + expected(readiness) + "). Its last lines:\n" + log(mainId));
            }
            pause();
        }
    }

    private boolean ready(String mainId, String sidecarId, Readiness readiness, Duration waited) {
        return switch (readiness) {
            case Readiness.Listening listening -> {
                if (listening.ports().isEmpty()) {
                    yield waited.compareTo(STAYS_UP) > 0
                            && Boolean.TRUE.equals(
                                    containers.inspect(mainId).getState().getRunning());
                }
                Set<Integer> open = listening(sidecarId);
                // A declared port may be one the function never opens.
                yield open.containsAll(listening.ports())
                        || (waited.compareTo(LATE_PORTS) > 0
                                && listening.ports().stream().anyMatch(open::contains));
            }
            case Readiness.HttpReady httpReady -> answersReady(sidecarId, httpReady.port());
            case Readiness.Passing passing -> passes(mainId, passing);
        };
    }

    private boolean passes(String mainId, Readiness.Passing passing) {
        Containers.Executed executed;
        try {
            executed = containers.execute(mainId, passing.argv(), Duration.ofMillis(passing.timeoutMillis()));
        } catch (RuntimeException e) {
            // The container is gone or still starting; the caller's look at its state decides.
            executed = null;
        }
        if (executed != null && executed.exitStatus() == 0) {
            return true;
        }
        // While starting, asking more often than Compose would only makes the start shorter.
        LockSupport.parkNanos(
                Duration.ofMillis(Math.min(passing.intervalMillis(), 500)).toNanos());
        return false;
    }

    private boolean answersReady(String sidecarId, int port) {
        String address = Workloads.address(containers.inspect(sidecarId));
        if (address == null) {
            return false;
        }
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address + ":" + port + "/ready"))
                .timeout(Duration.ofSeconds(2))
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private Set<Integer> listening(String sidecarId) {
        Long pid = containers.inspect(sidecarId).getState().getPidLong();
        if (pid != null && processes.isOf(pid, sidecarId)) {
            return ListeningPorts.parse(processes.tcpTables(pid));
        }
        try {
            Containers.Executed executed = containers.execute(
                    sidecarId, List.of("cat", "/proc/net/tcp", "/proc/net/tcp6"), Duration.ofSeconds(5));
            return executed == null ? Set.of() : ListeningPorts.parse(executed.output());
        } catch (RuntimeException e) {
            return Set.of();
        }
    }

    private PlatformException crashed(String workload, String id, ContainerState state, String code) {
        String cause = Boolean.TRUE.equals(state.getOOMKilled()) ? " (out of memory)" : "";
        String lines = log(id);
        return new PlatformException(
                code,
                workload + ": exited with " + state.getExitCodeLong() + cause
                        + " at start (expected: it keeps running). "
                        + (lines.isEmpty()
                                ? "It wrote nothing. Maybe its command is wrong."
                                : "Its last lines:\n" + lines));
    }

    private String log(String id) {
        return String.join("\n", containers.log(id, LOG_LINES));
    }

    private static String expected(Readiness readiness) {
        return switch (readiness) {
            case Readiness.Listening listening -> "it listens on " + listening.ports();
            case Readiness.HttpReady httpReady -> "GET /ready on port " + httpReady.port() + " answers 200";
            case Readiness.Passing passing -> "its health check " + passing.argv() + " exits with 0";
        };
    }

    private static Duration since(long startNanos) {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    private static void pause() {
        if (Thread.interrupted()) {
            throw interrupted();
        }
        LockSupport.parkNanos(POLL.toNanos());
    }

    private static PlatformException interrupted() {
        Thread.currentThread().interrupt();
        return new PlatformException("SNT0602", "interrupted while waiting for a workload.");
    }
}
