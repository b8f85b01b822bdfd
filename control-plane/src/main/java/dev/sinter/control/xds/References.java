package dev.sinter.control.xds;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Which assignments clusters name and which route configurations listeners name. */
final class References {
    private References() {}

    static void check(ResourceType type, Set<String> named, Set<String> present) {
        for (String name : named) {
            if (!present.contains(name)) {
                throw new XdsException(
                        "SNT0702", type + " " + name + ": named but missing (expected: all that is named)");
            }
        }
        for (String name : present) {
            if (!named.contains(name)) {
                throw new XdsException(
                        "SNT0702", type + " " + name + ": present but named nowhere (expected: only what is named)");
            }
        }
    }

    static Set<String> ofClusters(Collection<Cluster> clusters) {
        Set<String> names = new TreeSet<>();
        for (Cluster cluster : clusters) {
            if (cluster.getType() == Cluster.DiscoveryType.EDS) {
                String service = cluster.getEdsClusterConfig().getServiceName();
                names.add(service.isEmpty() ? cluster.getName() : service);
            }
        }
        return names;
    }

    static Set<String> ofListeners(Collection<Listener> listeners) {
        Set<String> names = new TreeSet<>();
        for (Listener listener : listeners) {
            for (FilterChain chain : chains(listener)) {
                for (Filter filter : chain.getFiltersList()) {
                    addRoute(filter.getTypedConfig(), names);
                }
            }
        }
        return names;
    }

    private static List<FilterChain> chains(Listener listener) {
        List<FilterChain> chains = new ArrayList<>(listener.getFilterChainsList());
        if (listener.hasDefaultFilterChain()) {
            chains.add(listener.getDefaultFilterChain());
        }
        return chains;
    }

    private static void addRoute(Any config, Set<String> names) {
        if (!config.is(HttpConnectionManager.class)) {
            return;
        }
        try {
            HttpConnectionManager manager = config.unpack(HttpConnectionManager.class);
            if (manager.hasRds()) {
                names.add(manager.getRds().getRouteConfigName());
            }
        } catch (InvalidProtocolBufferException e) {
            throw new XdsException("SNT0702", "a listener's HTTP connection manager cannot be read", e);
        }
    }
}
