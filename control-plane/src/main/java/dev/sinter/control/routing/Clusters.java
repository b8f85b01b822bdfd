package dev.sinter.control.routing;

import static dev.sinter.control.routing.EnvoyMessages.address;
import static dev.sinter.control.routing.EnvoyMessages.fromAds;
import static dev.sinter.control.routing.EnvoyMessages.millis;
import static dev.sinter.control.routing.EnvoyMessages.number;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Where requests can be sent. */
final class Clusters {
    static final String TELEMETRY = "sinter-telemetry";
    static final String ADMIN = "sinter-admin";

    /**
     * Below what common servers keep an idle connection for (gunicorn 2 s, Node and uvicorn 5 s): a server that closes a
     * connection just as a request is sent on it would fail that request.
     */
    private static final Duration TO_APP_IDLE = millis(900);

    /** Below {@link Listeners#INBOUND_DETECTION}, so that a pooled connection never waits for that in vain. */
    private static final Duration TO_SIDECAR_IDLE = millis(2_000);

    private static final Duration CONNECT_TIMEOUT = millis(2_000);

    private Clusters() {}

    /** By name; all are filled by {@link #assignments}. */
    static Map<String, Cluster> outbound(MeshState state) {
        Map<String, Cluster> clusters = new TreeMap<>();
        assignments(state).keySet().forEach(name -> clusters.put(name, endpointsFromAds(name)));
        for (MeshFunction function : state.functions()) {
            SocketTarget recorder = function.recorder();
            if (recorder != null) {
                String name = ClusterNames.recorder(function.name());
                clusters.put(name, recorder(name, recorder));
            }
        }
        clusters.put(TELEMETRY, telemetry(state.telemetry()));
        return clusters;
    }

    /** Endpoints by cluster name; a stopped original has none, but stays known. */
    static Map<String, ClusterLoadAssignment> assignments(MeshState state) {
        Map<String, ClusterLoadAssignment> assignments = new TreeMap<>();
        for (MeshFunction function : state.functions()) {
            for (int port : function.ports()) {
                String name = ClusterNames.original(function.name(), port);
                assignments.put(name, assignment(name, function.originalAddress(), port));
            }
            String group = function.split().group();
            if (group != null) {
                FusedWorkload fused = state.fused(group);
                String name = ClusterNames.fused(function.name(), function.mainPort(), group);
                assignments.put(name, assignment(name, fused.address(), fused.port()));
            }
        }
        return assignments;
    }

    /** From a sidecar to what it stands in front of. */
    static Cluster inbound(int port) {
        return onLoopback(ClusterNames.inbound(port), port);
    }

    static Cluster admin(int port) {
        return onLoopback(ADMIN, port);
    }

    private static Cluster onLoopback(String name, int port) {
        return builder(name, sameProtocol(TO_APP_IDLE))
                .setType(Cluster.DiscoveryType.STATIC)
                .setLoadAssignment(assignment(name, "127.0.0.1", port))
                .build();
    }

    private static Cluster endpointsFromAds(String name) {
        return builder(name, sameProtocol(TO_SIDECAR_IDLE))
                .setType(Cluster.DiscoveryType.EDS)
                .setEdsClusterConfig(Cluster.EdsClusterConfig.newBuilder().setEdsConfig(fromAds()))
                .build();
    }

    /** Copies are worth little: few at a time, the rest dropped by Envoy and counted there. */
    private static Cluster recorder(String name, SocketTarget target) {
        return builder(name, sameProtocol(TO_SIDECAR_IDLE))
                .setType(Cluster.DiscoveryType.STATIC)
                .setLoadAssignment(assignment(name, target.host(), target.port()))
                .setCircuitBreakers(limits(32, 0))
                .build();
    }

    private static Cluster telemetry(TelemetryTarget target) {
        return builder(
                        TELEMETRY,
                        HttpProtocolOptions.newBuilder()
                                .setExplicitHttpConfig(HttpProtocolOptions.ExplicitHttpConfig.newBuilder()
                                        .setHttp2ProtocolOptions(Http2ProtocolOptions.getDefaultInstance()))
                                .build())
                .setType(Cluster.DiscoveryType.STATIC)
                .setLoadAssignment(assignment(TELEMETRY, target.host(), target.port()))
                .build();
    }

    private static Cluster.Builder builder(String name, HttpProtocolOptions http) {
        return Cluster.newBuilder()
                .setName(name)
                .setConnectTimeout(CONNECT_TIMEOUT)
                .setCircuitBreakers(limits(10_000, 1_000))
                .putTypedExtensionProtocolOptions(
                        "envoy.extensions.upstreams.http.v3.HttpProtocolOptions", Any.pack(http));
    }

    /** Envoy's own defaults (1024 requests, 3 retries at a time) would turn a restart of the callee into failures. */
    private static CircuitBreakers limits(int requests, int retries) {
        return CircuitBreakers.newBuilder()
                .addThresholds(CircuitBreakers.Thresholds.newBuilder()
                        .setMaxConnections(number(requests))
                        .setMaxPendingRequests(number(requests))
                        .setMaxRequests(number(requests))
                        .setMaxRetries(number(retries)))
                .build();
    }

    private static HttpProtocolOptions sameProtocol(Duration idleTimeout) {
        return HttpProtocolOptions.newBuilder()
                .setCommonHttpProtocolOptions(HttpOptions.common(idleTimeout).toBuilder()
                        .setMaxResponseHeadersKb(number(HttpOptions.MAX_HEADERS_KIB)))
                .setUseDownstreamProtocolConfig(HttpProtocolOptions.UseDownstreamHttpConfig.newBuilder()
                        .setHttpProtocolOptions(HttpOptions.http1())
                        .setHttp2ProtocolOptions(Http2ProtocolOptions.getDefaultInstance()))
                .build();
    }

    private static ClusterLoadAssignment assignment(String cluster, @Nullable String host, int port) {
        ClusterLoadAssignment.Builder assignment =
                ClusterLoadAssignment.newBuilder().setClusterName(cluster);
        if (host != null) {
            assignment.addEndpoints(LocalityLbEndpoints.newBuilder()
                    .addLbEndpoints(LbEndpoint.newBuilder()
                            .setEndpoint(Endpoint.newBuilder().setAddress(address(host, port)))));
        }
        return assignment.build();
    }
}
