package dev.sinter.control.xds;

import io.envoyproxy.controlplane.cache.Watch;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one stream has asked for, been sent and taken of one type. Guarded by the lock of {@link Snapshots}. */
final class Subscription {
    private final ResourceType type;
    private Set<String> names = Set.of();
    private String sentVersion = "";
    private String ackedVersion = "";
    private boolean started;
    private @Nullable Nack nack;
    private @Nullable Watch watch;

    Subscription(ResourceType type) {
        this.type = type;
    }

    /** What a request says about the response before it. */
    enum Answer {
        ACK,
        NACK,
        NONE
    }

    /**
     * Takes a request in; the caller passes the watch that carries the next response. A stream's first request tells the
     * version its Envoy has from the stream before: offering it again would only make work.
     */
    Answer take(DiscoveryRequest request, String nodeId, Instant now, Watch newWatch) {
        watch = newWatch;
        names = Set.copyOf(request.getResourceNamesList());
        ackedVersion = request.getVersionInfo();
        if (!started) {
            started = true;
            sentVersion = ackedVersion;
            return Answer.NONE;
        }
        if (request.hasErrorDetail()) {
            nack = new Nack(nodeId, type, sentVersion, request.getErrorDetail().getMessage(), now);
            return Answer.NACK;
        }
        if (ackedVersion.equals(sentVersion)) {
            nack = null;
            return Answer.ACK;
        }
        return Answer.NONE;
    }

    /** Whether a request names something that the one before on this stream did not. */
    boolean namesFresh(DiscoveryRequest request) {
        return started && !names.containsAll(request.getResourceNamesList());
    }

    /**
     * What to send now, or null if the Envoy has just that, has refused just that, or still owes an answer.
     *
     * @param again send even if it is what was sent last: Envoy waits for it
     */
    @Nullable
    Offer offer(NodeResources resources, boolean again) {
        Watch open = watch;
        if (open == null || open.isCancelled()) {
            return null;
        }
        List<NodeResources.Resource> wanted = wanted(resources);
        String version = Versions.of(wanted);
        boolean offered = version.equals(sentVersion) && !again;
        boolean nothingAskedFor = wanted.isEmpty() && !type.wildcard();
        if (offered || nothingAskedFor) {
            return null;
        }
        sentVersion = version;
        watch = null;
        return new Offer(open, wanted, version);
    }

    boolean acked(NodeResources resources) {
        Map<String, NodeResources.Resource> all = resources.resources(type);
        if (type.wildcard()) {
            return started && ackedVersion.equals(resources.version(type));
        }
        return all.isEmpty() || (names.containsAll(all.keySet()) && ackedVersion.equals(resources.version(type)));
    }

    /** The refusal of what would be sent now. */
    @Nullable
    Nack currentNack(NodeResources resources) {
        Nack last = nack;
        return last != null && last.version().equals(Versions.of(wanted(resources))) ? last : null;
    }

    @Nullable
    Nack nack() {
        return nack;
    }

    String ackedVersion() {
        return ackedVersion;
    }

    private List<NodeResources.Resource> wanted(NodeResources resources) {
        Collection<NodeResources.Resource> all = resources.resources(type).values();
        List<NodeResources.Resource> wanted = new ArrayList<>(all);
        if (!type.wildcard()) {
            wanted.removeIf(resource -> !names.contains(resource.name()));
        }
        return wanted;
    }

    /** A response ready to be sent. */
    record Offer(Watch watch, List<NodeResources.Resource> resources, String version) {}
}
