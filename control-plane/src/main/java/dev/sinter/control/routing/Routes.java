package dev.sinter.control.routing;

import static dev.sinter.control.routing.EnvoyMessages.millis;
import static dev.sinter.control.routing.EnvoyMessages.never;
import static dev.sinter.control.routing.EnvoyMessages.number;

import com.google.protobuf.BoolValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.Map;
import java.util.TreeMap;

/** Which cluster a request goes to. Whatever its Host header says: the address it was sent to has told the callee. */
final class Routes {
    static final String FUNCTION_HEADER = "x-sinter-function";

    /** All of these mean that the callee has not seen the request. */
    private static final String NOTHING_SENT = "connect-failure,refused-stream,reset-before-request";

    private Routes() {}

    static String name(MeshFunction function, int port) {
        return function.name() + ":" + port;
    }

    /** By name, one per function and port that may speak HTTP. */
    static Map<String, RouteConfiguration> outbound(MeshState state) {
        Map<String, RouteConfiguration> routes = new TreeMap<>();
        for (MeshFunction function : state.functions()) {
            for (int port : function.ports()) {
                if (!Listeners.serverSpeaksFirst(port)) {
                    String name = name(function, port);
                    boolean main = port == function.mainPort();
                    RouteAction action = main ? mainPort(function) : original(function, port);
                    routes.put(name, configuration(name, main ? mirrored(function, action) : host(action)));
                }
            }
        }
        return routes;
    }

    /** To what a sidecar stands in front of; waits for one that restarts. */
    static RouteConfiguration inbound(int port) {
        String name = ClusterNames.inbound(port);
        return configuration(name, host(action(RESTART).setCluster(name).build()));
    }

    /** Envoy's statistics, of all its admin interface, to who knows the token. */
    static RouteConfiguration stats(String token) {
        RouteMatch match = RouteMatch.newBuilder()
                .setPath("/stats")
                .addHeaders(method("GET"))
                .addHeaders(HeaderMatcher.newBuilder()
                        .setName("x-sinter-token")
                        .setStringMatch(StringMatcher.newBuilder().setExact(token)))
                .build();
        RouteAction action = RouteAction.newBuilder().setCluster(Clusters.ADMIN).build();
        return configuration(
                "stats",
                VirtualHost.newBuilder()
                        .addRoutes(Route.newBuilder().setMatch(match).setRoute(action)));
    }

    private static RouteConfiguration configuration(String name, VirtualHost.Builder host) {
        return RouteConfiguration.newBuilder()
                .setName(name)
                .addVirtualHosts(host.setName(name).addDomains("*"))
                .build();
    }

    private static VirtualHost.Builder host(RouteAction action) {
        return VirtualHost.newBuilder()
                .addRoutes(Route.newBuilder().setMatch(everything()).setRoute(action));
    }

    private static VirtualHost.Builder mirrored(MeshFunction function, RouteAction action) {
        if (function.recorder() == null) {
            return host(action);
        }
        RouteAction copied = action.toBuilder()
                .addRequestMirrorPolicies(RouteAction.RequestMirrorPolicy.newBuilder()
                        .setCluster(ClusterNames.recorder(function.name()))
                        .setDisableShadowHostSuffixAppend(true)
                        .setTraceSampled(BoolValue.of(false)))
                .build();
        return VirtualHost.newBuilder()
                .addRoutes(Route.newBuilder().setMatch(idempotent()).setRoute(copied))
                .addRoutes(Route.newBuilder().setMatch(everything()).setRoute(action));
    }

    private static RouteAction mainPort(MeshFunction function) {
        Split split = function.split();
        String group = split.group();
        if (group == null) {
            return original(function, function.mainPort());
        }
        return action(RESTART)
                .setWeightedClusters(WeightedCluster.newBuilder()
                        .addClusters(WeightedCluster.ClusterWeight.newBuilder()
                                .setName(ClusterNames.original(function.name(), function.mainPort()))
                                .setWeight(number(split.originalPercent())))
                        .addClusters(WeightedCluster.ClusterWeight.newBuilder()
                                .setName(ClusterNames.fused(function.name(), function.mainPort(), group))
                                .setWeight(number(split.fusedPercent()))
                                .addRequestHeadersToAdd(member(function.name()))))
                .build();
    }

    private static HeaderValueOption member(String function) {
        return HeaderValueOption.newBuilder()
                .setHeader(HeaderValue.newBuilder().setKey(FUNCTION_HEADER).setValue(function))
                .setAppendAction(HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD)
                .build();
    }

    private static RouteAction original(MeshFunction function, int port) {
        return action(BLIP)
                .setCluster(ClusterNames.original(function.name(), port))
                .build();
    }

    private static RouteAction.Builder action(RetryPolicy retries) {
        return RouteAction.newBuilder()
                .setTimeout(never())
                .setIdleTimeout(never())
                .setRetryPolicy(retries);
    }

    private static RouteMatch everything() {
        return RouteMatch.newBuilder().setPrefix("/").build();
    }

    private static HeaderMatcher method(String regex) {
        return HeaderMatcher.newBuilder()
                .setName(":method")
                .setStringMatch(StringMatcher.newBuilder()
                        .setSafeRegex(RegexMatcher.newBuilder().setRegex(regex)))
                .build();
    }

    private static RouteMatch idempotent() {
        return RouteMatch.newBuilder()
                .setPrefix("/")
                .addHeaders(method("GET|HEAD"))
                .addHeaders(HeaderMatcher.newBuilder()
                        .setName("upgrade")
                        .setPresentMatch(true)
                        .setInvertMatch(true))
                .build();
    }

    /** About 18 s of attempts: also on a busy machine, a fused workload that crashed is back by then, or its originals are. */
    private static final RetryPolicy RESTART = retries(40, 1_000, 100);

    /** About half a second of attempts, for an original: a caller outside a mesh would be refused at once. */
    private static final RetryPolicy BLIP = retries(5, 250, 25);

    private static RetryPolicy retries(int attempts, long maxMillis, long baseMillis) {
        return RetryPolicy.newBuilder()
                .setRetryOn(NOTHING_SENT)
                .setNumRetries(number(attempts))
                .setRetryBackOff(RetryPolicy.RetryBackOff.newBuilder()
                        .setBaseInterval(millis(baseMillis))
                        .setMaxInterval(millis(maxMillis)))
                .build();
    }
}
