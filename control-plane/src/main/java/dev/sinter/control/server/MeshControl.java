package dev.sinter.control.server;

import dev.sinter.control.lifecycle.GroupStore;
import dev.sinter.control.lifecycle.LifecycleException;
import dev.sinter.control.platform.Platform;
import dev.sinter.control.routing.MeshNode;
import dev.sinter.control.routing.Router;
import dev.sinter.control.routing.RoutingException;
import dev.sinter.control.routing.SocketTarget;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Keeps the mesh as the store and the engine say. Thread-safe. */
final class MeshControl {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int LOGS = 2;
    private static final int LOG_LINES = 12;

    private final GroupStore store;
    private final MeshAssembler assembler;
    private final Router router;
    private final Platform platform;
    private final Map<String, SocketTarget> recorders = new ConcurrentHashMap<>();

    MeshControl(GroupStore store, MeshAssembler assembler, Router router, Platform platform) {
        this.store = store;
        this.assembler = assembler;
        this.router = router;
        this.platform = platform;
    }

    /** Copies idempotent requests of these functions from the next {@link #apply} on. */
    void record(Map<String, SocketTarget> newRecorders) {
        recorders.putAll(newRecorders);
    }

    /** Copies no requests from the next {@link #apply} on. */
    void stopRecording() {
        recorders.clear();
    }

    /** Keeps ready what proxies get that are about to start. */
    void offer(List<MeshNode> starting) {
        router.offer(assembler.assemble(store.groups(), Map.copyOf(recorders), starting));
    }

    /**
     * Returns when every proxy has what the store says now.
     *
     * @throws LifecycleException with the router's code if one refuses or does not answer
     */
    void apply() {
        try {
            router.apply(assembler.assemble(store.groups(), Map.copyOf(recorders), List.of()), TIMEOUT);
        } catch (RoutingException e) {
            throw new LifecycleException(e.code(), e.getMessage() + said(e.absentNodes()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LifecycleException("SNT0827", "interrupted while routes changed", e);
        }
    }

    /** What proxies that are not connected wrote last: why, only they know. */
    private String said(Set<String> nodes) {
        return nodes.stream()
                .limit(LOGS)
                .map(node -> node.substring(node.lastIndexOf('/') + 1))
                .map(workload -> "\nThe proxy of " + workload + " wrote last:\n"
                        + String.join("\n", platform.proxyLog(workload, LOG_LINES)))
                .collect(Collectors.joining());
    }
}
