package dev.sinter.control.xds;

import io.grpc.Context;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One Envoy's open stream. An Envoy says who it is once, in its first request; the stream remembers. Travels in the call's
 * context, because java-control-plane passes requests on without saying from where. Guarded by the lock of
 * {@link Snapshots}.
 */
final class AdsStream {
    static final Context.Key<AdsStream> KEY = Context.key("sinter-ads-stream");

    private final Instant openedAt;
    private final Map<ResourceType, Subscription> subscriptions = new EnumMap<>(ResourceType.class);
    private @Nullable String nodeId;

    AdsStream(Instant openedAt) {
        this.openedAt = openedAt;
    }

    Instant openedAt() {
        return openedAt;
    }

    @Nullable
    String nodeId() {
        return nodeId;
    }

    void identify(String id) {
        nodeId = id;
    }

    Subscription subscription(ResourceType type) {
        return subscriptions.computeIfAbsent(type, Subscription::new);
    }
}
