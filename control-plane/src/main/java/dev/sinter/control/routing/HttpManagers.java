package dev.sinter.control.routing;

import static dev.sinter.control.routing.EnvoyMessages.fromAds;
import static dev.sinter.control.routing.EnvoyMessages.never;
import static dev.sinter.control.routing.EnvoyMessages.number;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import io.envoyproxy.envoy.config.core.v3.CidrRange;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.trace.v3.OpenTelemetryConfig;
import io.envoyproxy.envoy.config.trace.v3.Tracing;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.PathWithEscapedSlashesAction;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.ServerHeaderTransformation;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.RequestIDExtension;
import io.envoyproxy.envoy.extensions.request_id.uuid.v3.UuidRequestIdConfig;
import io.envoyproxy.envoy.type.tracing.v3.CustomTag;
import io.envoyproxy.envoy.type.v3.Percent;

/** Proxies HTTP without changing what callers and callees see, and reports a span for every request. */
final class HttpManagers {
    private final MeshState state;
    private final MeshNode node;

    HttpManagers(MeshState state, MeshNode node) {
        this.state = state;
        this.node = node;
    }

    Filter toFunction(MeshFunction function, int port) {
        String route = Routes.name(function, port);
        return filter(manager("outbound_" + route)
                .setHttpProtocolOptions(
                        HttpOptions.http1().toBuilder().setAcceptHttp10(true).setDefaultHostForHttp10(function.name()))
                .setRds(Rds.newBuilder().setRouteConfigName(route).setConfigSource(fromAds()))
                .setTracing(tracing()));
    }

    Filter toApp(int port) {
        HttpConnectionManager.Tracing.Builder tracing = tracing();
        if (node.role() == MeshNode.Role.FUSED) {
            tracing.addCustomTags(CustomTag.newBuilder()
                    .setTag("sinter.function")
                    .setRequestHeader(CustomTag.Header.newBuilder().setName(Routes.FUNCTION_HEADER)));
        }
        return filter(manager("inbound_" + port)
                .setHttpProtocolOptions(
                        HttpOptions.http1().toBuilder().setAcceptHttp10(true).setDefaultHostForHttp10(node.workload()))
                .setRouteConfig(Routes.inbound(port))
                .setTracing(tracing));
    }

    Filter toStats() {
        return filter(
                manager("stats").setRouteConfig(Routes.stats(state.telemetry().token())));
    }

    private HttpConnectionManager.Builder manager(String statPrefix) {
        return HttpConnectionManager.newBuilder()
                .setStatPrefix(statPrefix)
                .setCodecType(HttpConnectionManager.CodecType.AUTO)
                .setCommonHttpProtocolOptions(HttpOptions.common(null))
                .setMaxRequestHeadersKb(number(HttpOptions.MAX_HEADERS_KIB))
                .setServerHeaderTransformation(ServerHeaderTransformation.PASS_THROUGH)
                .setNormalizePath(BoolValue.of(false))
                .setMergeSlashes(false)
                .setPathWithEscapedSlashesAction(PathWithEscapedSlashesAction.KEEP_UNCHANGED)
                .setStreamIdleTimeout(never())
                .setRequestTimeout(never())
                .setProxy100Continue(true)
                .addUpgradeConfigs(
                        HttpConnectionManager.UpgradeConfig.newBuilder().setUpgradeType("websocket"))
                .setUseRemoteAddress(BoolValue.of(node.role() == MeshNode.Role.GATEWAY))
                .setInternalAddressConfig(noOneIsInternal())
                .setGenerateRequestId(BoolValue.of(true))
                .setPreserveExternalRequestId(true)
                .setRequestIdExtension(untouchedRequestId())
                .addHttpFilters(HttpFilter.newBuilder()
                        .setName("envoy.filters.http.router")
                        .setTypedConfig(Any.pack(Router.newBuilder()
                                .setSuppressEnvoyHeaders(true)
                                .build())));
    }

    /** Else Envoy marks requests from private addresses with a header of its own. */
    private static HttpConnectionManager.InternalAddressConfig noOneIsInternal() {
        return HttpConnectionManager.InternalAddressConfig.newBuilder()
                .addCidrRanges(CidrRange.newBuilder()
                        .setAddressPrefix("255.255.255.255")
                        .setPrefixLen(number(32)))
                .build();
    }

    /** Else Envoy writes its sampling decision into the caller's {@code x-request-id}. */
    private static RequestIDExtension untouchedRequestId() {
        return RequestIDExtension.newBuilder()
                .setTypedConfig(Any.pack(UuidRequestIdConfig.newBuilder()
                        .setPackTraceReason(BoolValue.of(false))
                        .setUseRequestIdForTraceSampling(BoolValue.of(false))
                        .build()))
                .build();
    }

    private HttpConnectionManager.Tracing.Builder tracing() {
        return HttpConnectionManager.Tracing.newBuilder()
                .setRandomSampling(Percent.newBuilder().setValue(100))
                .setProvider(Tracing.Http.newBuilder()
                        .setName("envoy.tracers.opentelemetry")
                        .setTypedConfig(Any.pack(OpenTelemetryConfig.newBuilder()
                                .setServiceName(node.workload() + "." + state.application())
                                .setGrpcService(collector())
                                .build())));
    }

    private GrpcService collector() {
        return GrpcService.newBuilder()
                .setEnvoyGrpc(GrpcService.EnvoyGrpc.newBuilder().setClusterName(Clusters.TELEMETRY))
                .addInitialMetadata(HeaderValue.newBuilder()
                        .setKey("x-sinter-token")
                        .setValue(state.telemetry().token()))
                .build();
    }

    private static Filter filter(HttpConnectionManager.Builder manager) {
        return Filter.newBuilder()
                .setName("envoy.filters.network.http_connection_manager")
                .setTypedConfig(Any.pack(manager.build()))
                .build();
    }
}
