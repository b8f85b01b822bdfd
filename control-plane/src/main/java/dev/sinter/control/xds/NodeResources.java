package dev.sinter.control.xds;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * Everything one Envoy is to be configured with, consistent in itself. Immutable; equal content has equal versions, in
 * every process.
 */
public final class NodeResources {
    private final Map<ResourceType, Map<String, Resource>> resourcesByType;
    private final Map<ResourceType, String> versionsByType = new EnumMap<>(ResourceType.class);

    private NodeResources(Map<ResourceType, Map<String, Resource>> resourcesByType) {
        this.resourcesByType = resourcesByType;
        resourcesByType.forEach((type, resources) -> versionsByType.put(type, Versions.of(resources.values())));
    }

    /**
     * @throws XdsException SNT0702 if a name is used twice, a listener names a route configuration or a cluster an
     *     assignment that is not there, or one is there that nothing names (no Envoy would ever ask for it)
     */
    public static NodeResources of(
            Collection<Cluster> clusters,
            Collection<ClusterLoadAssignment> endpoints,
            Collection<Listener> listeners,
            Collection<RouteConfiguration> routes) {
        Map<ResourceType, Map<String, Resource>> byType = new EnumMap<>(ResourceType.class);
        for (ResourceType type : ResourceType.values()) {
            byType.put(type, new TreeMap<>());
        }
        clusters.forEach(cluster -> put(byType, ResourceType.CLUSTER, cluster.getName(), cluster));
        endpoints.forEach(load -> put(byType, ResourceType.ENDPOINT, load.getClusterName(), load));
        listeners.forEach(listener -> put(byType, ResourceType.LISTENER, listener.getName(), listener));
        routes.forEach(route -> put(byType, ResourceType.ROUTE, route.getName(), route));
        References.check(ResourceType.ENDPOINT, References.ofClusters(clusters), keys(byType, ResourceType.ENDPOINT));
        References.check(ResourceType.ROUTE, References.ofListeners(listeners), keys(byType, ResourceType.ROUTE));
        return new NodeResources(byType);
    }

    /** The version an Envoy that asks for all of a type is given: SHA-256 over the sorted names and contents. */
    public String version(ResourceType type) {
        return Objects.requireNonNull(versionsByType.get(type), "a version of every type");
    }

    /** Names present of a type, sorted. */
    public Set<String> names(ResourceType type) {
        return Set.copyOf(resources(type).keySet());
    }

    Map<String, Resource> resources(ResourceType type) {
        return Objects.requireNonNull(resourcesByType.get(type), "resources of every type");
    }

    private static Set<String> keys(Map<ResourceType, Map<String, Resource>> byType, ResourceType type) {
        return Objects.requireNonNull(byType.get(type), "resources of every type")
                .keySet();
    }

    private static void put(
            Map<ResourceType, Map<String, Resource>> byType, ResourceType type, String name, Message message) {
        Any packed = Versions.pack(message, type.url());
        Map<String, Resource> resources = Objects.requireNonNull(byType.get(type), "resources of every type");
        if (resources.put(name, new Resource(name, packed, Versions.of(packed))) != null) {
            throw new XdsException("SNT0702", type + " " + name + ": twice in one node (expected: unique names)");
        }
    }

    /** One resource as it goes over the wire. */
    record Resource(String name, Any packed, String version) {}
}
