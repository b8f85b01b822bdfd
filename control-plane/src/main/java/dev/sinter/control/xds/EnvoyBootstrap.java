package dev.sinter.control.xds;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.JsonFormat;
import com.google.protobuf.util.JsonFormat.TypeRegistry;
import io.envoyproxy.envoy.config.bootstrap.v3.Admin;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.bootstrap.v3.LayeredRuntime;
import io.envoyproxy.envoy.config.bootstrap.v3.RuntimeLayer;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.BackoffStrategy;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.KeepaliveSettings;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.core.v3.RetryPolicy;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.config.overload.v3.OverloadManager;
import io.envoyproxy.envoy.config.overload.v3.ResourceMonitor;
import io.envoyproxy.envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;

/**
 * What an Envoy is started with: who it is and where it gets everything else.
 *
 * @param nodeId {@code <application>/<workload>}
 * @param cluster the workload's name
 * @param adsHost an IP address of {@link AdsServer}
 * @param token goes over the wire as {@code x-sinter-token}; the file must not be readable by others
 * @param adminPort of Envoy's admin interface, on loopback; 15000 where the router's configuration is to be used
 * @param spanFlush how long spans wait in a worker
 */
public record EnvoyBootstrap(
        String nodeId,
        String cluster,
        String adsHost,
        int adsPort,
        String token,
        int adminPort,
        java.time.Duration spanFlush) {
    private static final String ADS_CLUSTER = "sinter-ads";
    private static final long RECONNECT_MILLIS = 200;
    private static final long MOST_RECONNECT_MILLIS = 2_000;
    private static final int MIN_FLUSH_SPANS = 512;
    private static final long MAX_CONNECTIONS = 50_000;

    /** Without the token: this ends up in logs. */
    @Override
    public String toString() {
        return "EnvoyBootstrap[" + nodeId + " at " + adsHost + ":" + adsPort + "]";
    }

    /** Envoy's configuration file. */
    public String json() {
        Bootstrap bootstrap = Bootstrap.newBuilder()
                .setNode(Node.newBuilder().setId(nodeId).setCluster(cluster))
                .setAdmin(Admin.newBuilder().setAddress(address("127.0.0.1", adminPort)))
                .setDynamicResources(Bootstrap.DynamicResources.newBuilder()
                        .setAdsConfig(adsConfig())
                        .setCdsConfig(fromAds())
                        .setLdsConfig(fromAds()))
                .setStaticResources(Bootstrap.StaticResources.newBuilder().addClusters(adsCluster()))
                .setLayeredRuntime(LayeredRuntime.newBuilder().addLayers(runtime()))
                .setOverloadManager(OverloadManager.newBuilder()
                        .addResourceMonitors(ResourceMonitor.newBuilder()
                                .setName("envoy.resource_monitors.global_downstream_max_connections")
                                .setTypedConfig(Any.pack(DownstreamConnectionsConfig.newBuilder()
                                        .setMaxActiveDownstreamConnections(MAX_CONNECTIONS)
                                        .build()))))
                .build();
        TypeRegistry types = TypeRegistry.newBuilder()
                .add(HttpProtocolOptions.getDescriptor())
                .add(DownstreamConnectionsConfig.getDescriptor())
                .build();
        try {
            return JsonFormat.printer().usingTypeRegistry(types).print(bootstrap);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("every message packed above is in the registry", e);
        }
    }

    private ApiConfigSource adsConfig() {
        return ApiConfigSource.newBuilder()
                .setApiType(ApiConfigSource.ApiType.GRPC)
                .setTransportApiVersion(ApiVersion.V3)
                .setSetNodeOnFirstMessageOnly(true)
                .addGrpcServices(GrpcService.newBuilder()
                        .setEnvoyGrpc(GrpcService.EnvoyGrpc.newBuilder()
                                .setClusterName(ADS_CLUSTER)
                                .setRetryPolicy(reconnecting()))
                        .addInitialMetadata(HeaderValue.newBuilder()
                                .setKey("x-sinter-token")
                                .setValue(token)))
                .build();
    }

    /** Envoy's own back-off grows to 30 s: as long as a server that has come back, or a slow network, is waited for. */
    private static RetryPolicy reconnecting() {
        return RetryPolicy.newBuilder()
                .setRetryBackOff(BackoffStrategy.newBuilder()
                        .setBaseInterval(Durations.fromMillis(RECONNECT_MILLIS))
                        .setMaxInterval(Durations.fromMillis(MOST_RECONNECT_MILLIS)))
                .build();
    }

    private static ConfigSource fromAds() {
        return ConfigSource.newBuilder()
                .setResourceApiVersion(ApiVersion.V3)
                .setAds(AggregatedConfigSource.getDefaultInstance())
                .build();
    }

    private Cluster adsCluster() {
        Http2ProtocolOptions http2 = Http2ProtocolOptions.newBuilder()
                .setConnectionKeepalive(
                        KeepaliveSettings.newBuilder().setInterval(seconds(10)).setTimeout(seconds(5)))
                .build();
        return Cluster.newBuilder()
                .setName(ADS_CLUSTER)
                .setType(Cluster.DiscoveryType.STATIC)
                .setConnectTimeout(seconds(1))
                .putTypedExtensionProtocolOptions(
                        "envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
                        Any.pack(HttpProtocolOptions.newBuilder()
                                .setExplicitHttpConfig(HttpProtocolOptions.ExplicitHttpConfig.newBuilder()
                                        .setHttp2ProtocolOptions(http2))
                                .build()))
                .setLoadAssignment(ClusterLoadAssignment.newBuilder()
                        .setClusterName(ADS_CLUSTER)
                        .addEndpoints(LocalityLbEndpoints.newBuilder()
                                .addLbEndpoints(LbEndpoint.newBuilder()
                                        .setEndpoint(Endpoint.newBuilder().setAddress(address(adsHost, adsPort))))))
                .build();
    }

    private RuntimeLayer runtime() {
        return RuntimeLayer.newBuilder()
                .setName("sinter")
                .setStaticLayer(Struct.newBuilder()
                        .putFields("tracing.opentelemetry.min_flush_spans", number(MIN_FLUSH_SPANS))
                        .putFields("tracing.opentelemetry.flush_interval_ms", number((double) spanFlush.toMillis())))
                .build();
    }

    private static Value number(double number) {
        return Value.newBuilder().setNumberValue(number).build();
    }

    private static Duration seconds(int seconds) {
        return Duration.newBuilder().setSeconds(seconds).build();
    }

    private static Address address(String host, int port) {
        return Address.newBuilder()
                .setSocketAddress(SocketAddress.newBuilder().setAddress(host).setPortValue(port))
                .build();
    }
}
