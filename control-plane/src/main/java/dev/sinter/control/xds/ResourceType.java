package dev.sinter.control.xds;

import org.jspecify.annotations.Nullable;

/** The kinds of configuration an Envoy is given here, in the order in which it must learn of them. */
public enum ResourceType {
    CLUSTER("type.googleapis.com/envoy.config.cluster.v3.Cluster"),
    ENDPOINT("type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment"),
    LISTENER("type.googleapis.com/envoy.config.listener.v3.Listener"),
    ROUTE("type.googleapis.com/envoy.config.route.v3.RouteConfiguration");

    private final String url;

    ResourceType(String url) {
        this.url = url;
    }

    String url() {
        return url;
    }

    /** Whether an Envoy subscribes to all of them at once instead of naming each. */
    boolean wildcard() {
        return switch (this) {
            case CLUSTER, LISTENER -> true;
            case ENDPOINT, ROUTE -> false;
        };
    }

    static @Nullable ResourceType of(String url) {
        for (ResourceType type : values()) {
            if (type.url.equals(url)) {
                return type;
            }
        }
        return null;
    }
}
