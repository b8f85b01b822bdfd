package dev.sinter.control.routing;

import dev.sinter.control.xds.AckReport;
import dev.sinter.control.xds.AdsServer;
import dev.sinter.control.xds.Nack;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

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
            Map<String, NodeConfiguration> next = configurations(desired);
            try {
                step(next, (before, after) -> before.reaching(after), deadlineNanos);
                step(next, (before, after) -> after.stillReaching(before), deadlineNanos);
                step(next, (before, after) -> after, deadlineNanos);
            } catch (RoutingException e) {
                ads.awaitAcked(restore(next), RESTORE_TIMEOUT);
                throw e;
            } catch (InterruptedException e) {
                restore(next);
                throw e;
            }
            inForceByNode.keySet().stream()
                    .filter(nodeId -> !next.containsKey(nodeId))
                    .forEach(ads::withdraw);
            inForceByNode = next;
        } finally {
            turn.unlock();
        }
    }

    @Override
    public void offer(MeshState desired) {
        turn.lock();
        try {
            configurations(desired).forEach((nodeId, configuration) -> {
                if (!inForceByNode.containsKey(nodeId)) {
                    ads.publish(nodeId, configuration.resources());
                }
            });
        } finally {
            turn.unlock();
        }
    }

    private Map<String, NodeConfiguration> configurations(MeshState state) {
        Map<String, NodeConfiguration> configurations = new TreeMap<>();
        for (MeshNode node : state.nodes()) {
            configurations.put(node.id(state.application()), NodeConfiguration.of(state, node, capture));
        }
        return configurations;
    }

    private interface Phase {
        NodeConfiguration between(NodeConfiguration before, NodeConfiguration after);
    }

    private void step(Map<String, NodeConfiguration> next, Phase phase, long deadlineNanos)
            throws RoutingException, InterruptedException {
        next.forEach((nodeId, after) -> {
            NodeConfiguration before = inForceByNode.getOrDefault(nodeId, after);
            ads.publish(nodeId, phase.between(before, after).resources());
        });
        Duration left = Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime()));
        AckReport report = ads.awaitAcked(next.keySet(), left);
        if (!report.complete()) {
            throw failure(report);
        }
    }

    /** A proxy that never had a state keeps what it was offered: there is nothing to go back to. */
    private Set<String> restore(Map<String, NodeConfiguration> attempted) {
        Map<String, NodeConfiguration> back = new HashMap<>(inForceByNode);
        back.keySet().retainAll(attempted.keySet());
        back.forEach((nodeId, before) -> ads.publish(nodeId, before.resources()));
        return back.keySet();
    }

    private static RoutingException failure(AckReport report) {
        List<Nack> nacks = report.nacks();
        if (!nacks.isEmpty()) {
            String details = nacks.stream()
                    .map(nack -> nack.nodeId() + " refused " + nack.type() + ": " + nack.detail())
                    .collect(Collectors.joining("; "));
            return new RoutingException("SNT0710", details + ". The routes before are in force again.");
        }
        if (!report.absent().isEmpty()) {
            return new RoutingException(
                    "SNT0711",
                    "proxies " + report.absent() + ": not connected (expected: all "
                            + report.acked().size()
                            + " others and these). Maybe their containers are not running or cannot reach the ADS port.");
        }
        return new RoutingException(
                "SNT0712",
                "proxies " + report.waiting() + ": no answer in time (expected: an ACK). Maybe they are overloaded.");
    }
}
