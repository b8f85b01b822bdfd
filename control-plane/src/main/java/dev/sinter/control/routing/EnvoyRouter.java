package dev.sinter.control.routing;

import dev.sinter.control.xds.AckReport;
import dev.sinter.control.xds.AdsServer;
import dev.sinter.control.xds.Nack;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Steers Envoy through our own ADS server, make before break: clusters and endpoints are added and acknowledged, then
 * listeners and routes are switched and acknowledged, then what nothing routes to any more is removed.
 *
 * <p>Envoy finishes requests on a removed cluster; {@link #apply} does not wait for them. Whoever stops a workload waits with
 * {@link Drain} first.
 *
 * <p>A router that has just been started knows no state before, so its first state is published whole: after a restart,
 * apply first what was last in force.
 */
public final class EnvoyRouter implements Router {
    private static final Duration RESTORE_TIMEOUT = Duration.ofSeconds(5);

    private final AdsServer ads;
    private final Capture capture;
    private final ReentrantLock turn = new ReentrantLock();
    private Map<String, NodeConfiguration> inForceByNode = Map.of();
    private final Map<String, NodeConfiguration> publishedByNode = new HashMap<>();

    public EnvoyRouter(AdsServer ads) {
        this(ads, Capture.asIstio());
    }

    EnvoyRouter(AdsServer ads, Capture capture) {
        this.ads = ads;
        this.capture = capture;
    }

    @Override
    public void apply(MeshState desired, Duration timeout) throws RoutingException, InterruptedException {
        long deadlineNanos = System.nanoTime() + timeout.toNanos();
        turn.lockInterruptibly();
        try {
            Map<String, NodeConfiguration> next = NodeConfiguration.all(desired, capture);
            AckReport refused = move(next, deadlineNanos);
            if (refused != null) {
                throw failure(refused, ads.awaitAcked(restore(next), RESTORE_TIMEOUT));
            }
            inForceByNode.keySet().stream()
                    .filter(nodeId -> !next.containsKey(nodeId))
                    .forEach(this::withdraw);
            inForceByNode = next;
        } finally {
            turn.unlock();
        }
    }

    @Override
    public void offer(MeshState desired) {
        turn.lock();
        try {
            NodeConfiguration.all(desired, capture).forEach((nodeId, configuration) -> {
                if (!inForceByNode.containsKey(nodeId)) {
                    publish(nodeId, configuration);
                }
            });
        } finally {
            turn.unlock();
        }
    }

    private interface Phase {
        NodeConfiguration between(NodeConfiguration before, NodeConfiguration after);
    }

    /** Null if all is in force, else the report that is not complete. */
    private @Nullable AckReport move(Map<String, NodeConfiguration> next, long deadlineNanos)
            throws InterruptedException {
        List<Phase> phases = List.of(
                (before, after) -> before.reaching(after),
                (before, after) -> after.stillReaching(before),
                (before, after) -> after);
        try {
            for (Phase phase : phases) {
                AckReport report = step(next, phase, deadlineNanos);
                if (!report.complete()) {
                    return report;
                }
            }
            return null;
        } catch (InterruptedException e) {
            restore(next);
            throw e;
        }
    }

    private AckReport step(Map<String, NodeConfiguration> next, Phase phase, long deadlineNanos)
            throws InterruptedException {
        next.forEach((nodeId, after) -> {
            NodeConfiguration offered = publishedByNode.getOrDefault(nodeId, after);
            NodeConfiguration before = inForceByNode.getOrDefault(nodeId, offered);
            publish(nodeId, phase.between(before, after));
        });
        Duration left = Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime()));
        return ads.awaitAcked(next.keySet(), left);
    }

    /** Most phases of most changes change nothing. */
    private void publish(String nodeId, NodeConfiguration configuration) {
        if (!configuration.equals(publishedByNode.get(nodeId))) {
            ads.publish(nodeId, configuration.resources());
            publishedByNode.put(nodeId, configuration);
        }
    }

    private void withdraw(String nodeId) {
        ads.withdraw(nodeId);
        publishedByNode.remove(nodeId);
    }

    /** A proxy that never had a state goes on being offered this one, but the next one does not build on it. */
    private Set<String> restore(Map<String, NodeConfiguration> attempted) {
        Map<String, NodeConfiguration> back = new HashMap<>(inForceByNode);
        back.keySet().retainAll(attempted.keySet());
        back.forEach(this::publish);
        publishedByNode.keySet().retainAll(inForceByNode.keySet());
        return back.keySet();
    }

    private static RoutingException failure(AckReport report, AckReport restored) {
        String after = restored.complete()
                ? " The state before is in force."
                : " The state before is offered again, but not in force in " + restored.absent() + restored.waiting()
                        + ".";
        List<Nack> nacks = report.nacks();
        if (!nacks.isEmpty()) {
            String details = nacks.stream()
                    .map(nack -> nack.nodeId() + " refused " + nack.type() + ": " + nack.detail())
                    .collect(Collectors.joining("; "));
            return new RoutingException("SNT0710", details + "." + after);
        }
        if (!report.absent().isEmpty()) {
            return new RoutingException(
                    "SNT0711",
                    "proxies " + report.absent() + ": not connected (expected: these as well as "
                            + report.acked()
                            + "). Maybe their containers are not running or cannot reach the ADS port." + after,
                    report.absent());
        }
        return new RoutingException(
                "SNT0712",
                "proxies " + report.waiting() + ": no answer in time (expected: an ACK). Maybe they are overloaded."
                        + after);
    }
}
