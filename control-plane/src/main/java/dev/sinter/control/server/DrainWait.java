package dev.sinter.control.server;

import dev.sinter.control.lifecycle.LifecycleException;
import dev.sinter.control.platform.Workload;
import dev.sinter.control.routing.Drain;
import dev.sinter.control.routing.RoutingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits until workloads that get no new requests have answered the old ones. */
final class DrainWait {

    private static final Logger log = LoggerFactory.getLogger(DrainWait.class);

    private final Drain drain;
    private final Duration longest;
    private final Pause pause;

    /** @param longest after which whatever is still under way is given up, as with an open WebSocket */
    DrainWait(Drain drain, Duration longest, Pause pause) {
        this.drain = drain;
        this.longest = longest;
        this.pause = pause;
    }

    /** Returns when every one whose proxy runs is idle, or after the longest wait. */
    void until(List<Workload> workloads) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> waits = new ArrayList<>();
            for (Workload workload : workloads) {
                String address = workload.address();
                if (address != null && !workload.ports().isEmpty()) {
                    waits.add(threads.submit(() -> awaitIdle(workload, address)));
                }
            }
            waits.forEach(Waiting::forResult);
        }
    }

    private void awaitIdle(Workload workload, String address) {
        try {
            for (int port : workload.ports()) {
                if (!drain.awaitIdle(address, port, longest)) {
                    log.warn(
                            "workload {} still has requests under way after {} s",
                            workload.name(),
                            longest.toSeconds());
                }
            }
        } catch (RoutingException e) {
            log.warn("{} {}; waiting {} s instead", e.code(), e.getMessage(), longest.toSeconds());
            pause.of(longest);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LifecycleException("SNT0827", "interrupted while " + workload.name() + " drained", e);
        }
    }
}
