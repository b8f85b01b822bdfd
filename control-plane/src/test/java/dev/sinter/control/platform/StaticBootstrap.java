package dev.sinter.control.platform;

import java.util.Map;

/** Envoy bootstraps with everything in them, for tests of the platform without an ADS server. */
final class StaticBootstrap {

    private StaticBootstrap() {}

    /**
     * A sidecar that hands captured inbound calls to 127.0.0.1:8080.
     *
     * @param upstreamByHost host name → address:port that captured outbound calls for it go to
     */
    static String sidecar(Map<String, String> upstreamByHost) {
        StringBuilder hosts = new StringBuilder();
        StringBuilder clusters = new StringBuilder();
        upstreamByHost.forEach((host, upstream) -> {
            hosts.append(",").append(virtualHost(host, "\"" + host + "\", \"" + host + ":*\"", host));
            clusters.append(",").append(cluster(host, upstream));
        });
        return bootstrap(
                listener("outbound", 15001, hosts.isEmpty() ? "" : hosts.substring(1)) + ","
                        + listener("inbound", 15006, virtualHost("inbound", "\"*\"", "inbound")),
                cluster("inbound", "127.0.0.1:8080") + clusters);
    }

    static String gateway(int port, String upstream) {
        return bootstrap(listener("gateway", port, virtualHost("all", "\"*\"", "all")), cluster("all", upstream));
    }

    private static String bootstrap(String listeners, String clusters) {
        return """
                {"node": {"id": "it", "cluster": "it"},
                 "static_resources": {"listeners": [%s], "clusters": [%s]}}""".formatted(listeners, clusters);
    }

    private static String listener(String name, int port, String virtualHosts) {
        return """
                {"name": "%s", "address": {"socket_address": {"address": "0.0.0.0", "port_value": %d}},
                 "filter_chains": [{"filters": [{"name": "envoy.filters.network.http_connection_manager", "typed_config": {
                   "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
                   "stat_prefix": "%s",
                   "route_config": {"virtual_hosts": [%s],
                     "response_headers_to_add": [{"header": {"key": "x-through", "value": "%s"}}]},
                   "http_filters": [{"name": "envoy.filters.http.router", "typed_config": {
                     "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}]}}]}]}""".formatted(name, port, name, virtualHosts, name);
    }

    private static String virtualHost(String name, String domains, String cluster) {
        return """
                {"name": "%s", "domains": [%s], "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "%s"}}]}""".formatted(name, domains, cluster);
    }

    private static String cluster(String name, String upstream) {
        int colon = upstream.lastIndexOf(':');
        return """
                {"name": "%s", "type": "STATIC", "load_assignment": {"cluster_name": "%s", "endpoints": [{"lb_endpoints": [
                  {"endpoint": {"address": {"socket_address": {"address": "%s", "port_value": %s}}}}]}]}}""".formatted(name, name, upstream.substring(0, colon), upstream.substring(colon + 1));
    }
}
