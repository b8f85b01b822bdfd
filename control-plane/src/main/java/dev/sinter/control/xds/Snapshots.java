package dev.sinter.control.xds;

import com.google.protobuf.Any;
import io.envoyproxy.controlplane.cache.ConfigWatcher;
import io.envoyproxy.controlplane.cache.DeltaResponse;
import io.envoyproxy.controlplane.cache.DeltaWatch;
import io.envoyproxy.controlplane.cache.DeltaXdsRequest;
import io.envoyproxy.controlplane.cache.Response;
import io.envoyproxy.controlplane.cache.Watch;
import io.envoyproxy.controlplane.cache.WatchCancelledException;
import io.envoyproxy.controlplane.cache.XdsRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What each node is to have and how far its streams are with it. Takes the place of java-control-plane's SimpleCache, which
 * forgets watches, floods an Envoy that refuses, and keeps no account of answers. Per stream and type at most one response
 * is unanswered, so a slow reader holds no more than that. Thread-safe: one lock, nothing blocks under it.
 */
final class Snapshots implements ConfigWatcher {
    private static final Logger log = LoggerFactory.getLogger(Snapshots.class);

    private final Clock clock;
    private final Counters counters;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<String, NodeResources> publishedByNode = new HashMap<>();
    private final Map<String, Deque<AdsStream>> streamsByNode = new HashMap<>();

    Snapshots(Clock clock, Counters counters) {
        this.clock = clock;
        this.counters = counters;
    }

    void publish(String nodeId, NodeResources resources) {
        lock.lock();
        try {
            publishedByNode.put(nodeId, resources);
            for (AdsStream stream : streamsByNode.getOrDefault(nodeId, new ArrayDeque<>())) {
                for (ResourceType type : ResourceType.values()) {
                    send(stream.subscription(type).offer(resources, false));
                }
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void withdraw(String nodeId) {
        lock.lock();
        try {
            publishedByNode.remove(nodeId);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Watch createWatch(
            boolean ads,
            XdsRequest request,
            Set<String> knownResourceNames,
            Consumer<Response> responseConsumer,
            boolean clusterChanged,
            boolean allowDefaultEmptyEdsUpdate) {
        Watch watch = new Watch(ads, false, request, responseConsumer);
        ResourceType type = ResourceType.of(request.getTypeUrl());
        if (type == null) {
            counters.unknownTypes.increment();
            return watch;
        }
        AdsStream stream = AdsStream.KEY.get();
        lock.lock();
        try {
            take(stream, type, request.v3Request(), watch, clusterChanged && type == ResourceType.ENDPOINT);
        } finally {
            lock.unlock();
        }
        return watch;
    }

    private void take(AdsStream stream, ResourceType type, DiscoveryRequest request, Watch watch, boolean again) {
        String nodeId = nodeOf(stream, request);
        Subscription subscription = stream.subscription(type);
        boolean fresh = subscription.namesFresh(request);
        switch (subscription.take(request, nodeId, clock.instant(), watch)) {
            case ACK -> counters.acks.increment();
            case NACK -> {
                counters.nacks.increment();
                log.warn(
                        "{} refused {}: {}",
                        nodeId,
                        type,
                        request.getErrorDetail().getMessage());
            }
            case NONE -> {}
        }
        NodeResources resources = publishedByNode.get(nodeId);
        if (resources != null) {
            send(subscription.offer(resources, again || fresh));
        }
        changed.signalAll();
    }

    private String nodeOf(AdsStream stream, DiscoveryRequest request) {
        String known = stream.nodeId();
        if (known != null) {
            return known;
        }
        String nodeId = request.getNode().getId();
        stream.identify(nodeId);
        streamsByNode.computeIfAbsent(nodeId, id -> new ArrayDeque<>()).addLast(stream);
        log.debug("{} connected", nodeId);
        return nodeId;
    }

    private void send(Subscription.@Nullable Offer offer) {
        if (offer == null) {
            return;
        }
        List<Any> packed = new ArrayList<>(offer.resources().size());
        offer.resources().forEach(resource -> packed.add(resource.packed()));
        try {
            offer.watch().respond(Response.create(offer.watch().request(), packed, offer.version()));
            counters.responses.increment();
        } catch (WatchCancelledException e) {
            log.debug("a stream closed before its response", e);
        }
    }

    void closed(AdsStream stream) {
        lock.lock();
        try {
            String nodeId = stream.nodeId();
            Deque<AdsStream> streams = nodeId == null ? null : streamsByNode.get(nodeId);
            if (streams != null && streams.remove(stream) && streams.isEmpty()) {
                streamsByNode.remove(nodeId);
                log.debug("{} disconnected", nodeId);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    AckReport awaitAcked(Set<String> nodeIds, Duration timeout) throws InterruptedException {
        long nanosLeft = timeout.toNanos();
        lock.lock();
        try {
            AckReport report = report(nodeIds);
            while (!report.complete() && report.nacks().isEmpty() && nanosLeft > 0) {
                nanosLeft = changed.awaitNanos(nanosLeft);
                report = report(nodeIds);
            }
            return report;
        } finally {
            lock.unlock();
        }
    }

    private AckReport report(Set<String> nodeIds) {
        Set<String> acked = new TreeSet<>();
        Set<String> waiting = new TreeSet<>();
        Set<String> absent = new TreeSet<>();
        List<Nack> nacks = new ArrayList<>();
        for (String nodeId : new TreeSet<>(nodeIds)) {
            NodeResources resources = publishedByNode.get(nodeId);
            Deque<AdsStream> streams = streamsByNode.get(nodeId);
            if (streams == null) {
                absent.add(nodeId);
            } else if (resources == null) {
                waiting.add(nodeId);
            } else {
                boolean all = true;
                for (ResourceType type : ResourceType.values()) {
                    Subscription subscription = streams.getLast().subscription(type);
                    Nack nack = subscription.currentNack(resources);
                    if (nack != null) {
                        nacks.add(nack);
                    }
                    all &= subscription.acked(resources);
                }
                (all ? acked : waiting).add(nodeId);
            }
        }
        return new AckReport(acked, waiting, absent, nacks);
    }

    Map<String, NodeStatus> nodes() {
        lock.lock();
        try {
            Map<String, NodeStatus> nodes = new TreeMap<>();
            streamsByNode.forEach((nodeId, streams) -> nodes.put(nodeId, status(nodeId, streams.getLast())));
            return nodes;
        } finally {
            lock.unlock();
        }
    }

    private static NodeStatus status(String nodeId, AdsStream stream) {
        Map<ResourceType, String> acked = new EnumMap<>(ResourceType.class);
        Map<ResourceType, Nack> nacks = new EnumMap<>(ResourceType.class);
        for (ResourceType type : ResourceType.values()) {
            Subscription subscription = stream.subscription(type);
            if (!subscription.ackedVersion().isEmpty()) {
                acked.put(type, subscription.ackedVersion());
            }
            Nack nack = subscription.nack();
            if (nack != null) {
                nacks.put(type, nack);
            }
        }
        return new NodeStatus(nodeId, stream.openedAt(), acked, nacks);
    }

    /** Never reached: {@link StreamGate} refuses delta streams. */
    @Override
    public DeltaWatch createDeltaWatch(
            DeltaXdsRequest request,
            String requesterVersion,
            Map<String, String> resourceVersions,
            Set<String> pendingResources,
            boolean isWildcard,
            Consumer<DeltaResponse> responseConsumer,
            boolean hasClusterChanged) {
        throw new UnsupportedOperationException("delta xDS is not offered");
    }
}
