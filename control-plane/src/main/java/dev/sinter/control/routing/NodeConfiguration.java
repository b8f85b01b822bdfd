package dev.sinter.control.routing;

import dev.sinter.control.xds.NodeResources;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One proxy's configuration, in parts that can be brought in and taken away one after the other. */
record NodeConfiguration(
        Map<String, Cluster> clusters,
        Map<String, ClusterLoadAssignment> assignments,
        List<Listener> listeners,
        Map<String, RouteConfiguration> routes) {

    /** By node id. What all proxies share is made once. */
    static Map<String, NodeConfiguration> all(MeshState state, Capture capture) {
        NodeConfiguration shared = new NodeConfiguration(
                Clusters.outbound(state), Clusters.assignments(state), List.of(), Routes.outbound(state));
        Map<String, NodeConfiguration> configurations = new TreeMap<>();
        for (MeshNode node : state.nodes()) {
            configurations.put(node.id(state.application()), shared.completed(state, node, capture));
        }
        return configurations;
    }

    private NodeConfiguration completed(MeshState state, MeshNode node, Capture capture) {
        Map<String, Cluster> all = new TreeMap<>(clusters);
        for (int port : node.appPorts()) {
            Cluster inbound = Clusters.inbound(port);
            all.put(inbound.getName(), inbound);
        }
        Map<String, RouteConfiguration> used = new TreeMap<>(routes);
        if (node.role() == MeshNode.Role.GATEWAY) {
            used.keySet().retainAll(publishedRoutes(state));
        } else {
            all.put(Clusters.ADMIN, Clusters.admin(capture.adminPort()));
        }
        return new NodeConfiguration(all, assignments, new Listeners(state, node, capture).all(), used);
    }

    NodeResources resources() {
        return NodeResources.of(clusters.values(), assignments.values(), listeners, routes.values());
    }

    /** Routes as here, with everything to route to that the next configuration needs. */
    NodeConfiguration reaching(NodeConfiguration next) {
        return new NodeConfiguration(union(clusters, next.clusters), reachable(next), listeners, routes);
    }

    /** Routes as here, with everything to route to that the configuration before had: requests are still under way. */
    NodeConfiguration stillReaching(NodeConfiguration before) {
        return new NodeConfiguration(union(before.clusters, clusters), before.reachable(this), listeners, routes);
    }

    private Map<String, ClusterLoadAssignment> reachable(NodeConfiguration next) {
        Map<String, ClusterLoadAssignment> union = new TreeMap<>(assignments);
        next.assignments.forEach((name, assignment) -> {
            if (assignment.getEndpointsCount() > 0 || !union.containsKey(name)) {
                union.put(name, assignment);
            }
        });
        return union;
    }

    private static <T> Map<String, T> union(Map<String, T> before, Map<String, T> next) {
        Map<String, T> union = new TreeMap<>(before);
        union.putAll(next);
        return union;
    }

    private static List<String> publishedRoutes(MeshState state) {
        return state.functions().stream()
                .flatMap(function ->
                        function.publishedPorts().stream().map(published -> Routes.name(function, published.port())))
                .toList();
    }
}
