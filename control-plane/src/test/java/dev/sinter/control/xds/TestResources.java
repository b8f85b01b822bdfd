package dev.sinter.control.xds;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import java.util.ArrayList;
import java.util.List;

/** The smallest of each kind. */
final class TestResources {
    private TestResources() {}

    static Cluster cluster(String name, int connectTimeoutSeconds) {
        return Cluster.newBuilder()
                .setName(name)
                .setType(Cluster.DiscoveryType.EDS)
                .setConnectTimeout(Duration.newBuilder().setSeconds(connectTimeoutSeconds))
                .build();
    }

    static ClusterLoadAssignment endpoints(String cluster) {
        return ClusterLoadAssignment.newBuilder().setClusterName(cluster).build();
    }

    static Listener listener(String name, String route) {
        HttpConnectionManager manager = HttpConnectionManager.newBuilder()
                .setRds(Rds.newBuilder().setRouteConfigName(route))
                .build();
        return Listener.newBuilder()
                .setName(name)
                .addFilterChains(FilterChain.newBuilder()
                        .addFilters(Filter.newBuilder().setName("any name").setTypedConfig(Any.pack(manager))))
                .build();
    }

    static RouteConfiguration route(String name) {
        return RouteConfiguration.newBuilder().setName(name).build();
    }

    static NodeResources clusters(String... names) {
        List<Cluster> clusters = new ArrayList<>();
        List<ClusterLoadAssignment> endpoints = new ArrayList<>();
        for (String name : names) {
            clusters.add(cluster(name, 1));
            endpoints.add(endpoints(name));
        }
        return NodeResources.of(clusters, endpoints, List.of(), List.of());
    }
}
