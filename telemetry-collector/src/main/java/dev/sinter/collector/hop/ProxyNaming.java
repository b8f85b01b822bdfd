package dev.sinter.collector.hop;

import org.jspecify.annotations.Nullable;

/** How a mesh names its proxies. Implementations are thread-safe and never throw. */
@FunctionalInterface
public interface ProxyNaming {

    /** The proxy behind {@code origin}, or null if it can't be told. */
    @Nullable
    Proxy proxy(SpanOrigin origin);

    /** Istio's node ids where they look like Istio's, Sinter's own otherwise. */
    static ProxyNaming standard() {
        return origin -> IstioNaming.isNodeId(origin.nodeId()) ? IstioNaming.proxy(origin) : SinterNaming.proxy(origin);
    }
}
