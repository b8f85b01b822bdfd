package dev.sinter.control.routing;

import static dev.sinter.control.routing.EnvoyMessages.address;
import static dev.sinter.control.routing.EnvoyMessages.millis;
import static dev.sinter.control.routing.EnvoyMessages.never;
import static dev.sinter.control.routing.EnvoyMessages.number;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import io.envoyproxy.envoy.config.core.v3.CidrRange;
import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilter;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilterChainMatchPredicate;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilterChainMatchPredicate.MatchSet;
import io.envoyproxy.envoy.extensions.filters.listener.http_inspector.v3.HttpInspector;
import io.envoyproxy.envoy.extensions.filters.listener.original_dst.v3.OriginalDst;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.envoyproxy.envoy.type.v3.Int32Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What a proxy takes in: HTTP where the first bytes look like it, anything else as plain TCP to the original. */
final class Listeners {
    /** SMTP, DNS, MySQL, MongoDB: the client waits for the server's first words, so looking for HTTP would hang (as in Istio). */
    private static final Set<Integer> SERVER_FIRST = new TreeSet<>(List.of(25, 53, 3306, 27017));

    private static final List<String> HTTP = List.of("http/1.0", "http/1.1", "h2c");

    /** A client that says nothing for this long is taken to wait for the server. */
    private static final Duration OUTBOUND_DETECTION = millis(3_000);

    static final Duration INBOUND_DETECTION = millis(3_000);

    private final MeshState state;
    private final MeshNode node;
    private final Capture capture;
    private final HttpManagers managers;

    Listeners(MeshState state, MeshNode node, Capture capture) {
        this.state = state;
        this.node = node;
        this.capture = capture;
        managers = new HttpManagers(state, node);
    }

    static boolean serverSpeaksFirst(int port) {
        return SERVER_FIRST.contains(port);
    }

    List<Listener> all() {
        return switch (node.role()) {
            case FUNCTION, FUSED -> List.of(outbound(), inbound(), stats());
            case GATEWAY -> published();
        };
    }

    private Listener outbound() {
        Listener.Builder listener = listener("virtualOutbound", capture.outbound(), OUTBOUND_DETECTION)
                .setTrafficDirection(TrafficDirection.OUTBOUND)
                .addListenerFilters(originalDestination())
                .addListenerFilters(httpInspector());
        for (MeshFunction function : state.functions()) {
            for (int port : function.ports()) {
                FilterChainMatch match = FilterChainMatch.newBuilder()
                        .addPrefixRanges(host(function.virtualAddress()))
                        .setDestinationPort(number(port))
                        .build();
                listener.addAllFilterChains(toFunction(function, port, match));
            }
        }
        return listener.build();
    }

    private Listener inbound() {
        Listener.Builder listener = listener("virtualInbound", capture.inbound(), INBOUND_DETECTION)
                .setTrafficDirection(TrafficDirection.INBOUND)
                .addListenerFilters(originalDestination())
                .addListenerFilters(httpInspector());
        for (int port : node.appPorts()) {
            FilterChainMatch match = FilterChainMatch.newBuilder()
                    .setDestinationPort(number(port))
                    .build();
            String cluster = ClusterNames.inbound(port);
            if (!serverSpeaksFirst(port)) {
                listener.addFilterChains(http(cluster, match, managers.toApp(port)));
            }
            listener.addFilterChains(tcp(cluster, match));
        }
        return listener.build();
    }

    /** For {@link Drain}; the only way to a sidecar's numbers from outside. */
    private Listener stats() {
        return Listener.newBuilder()
                .setName("stats")
                .setAddress(address(capture.stats().host(), capture.stats().port()))
                .addFilterChains(FilterChain.newBuilder().addFilters(managers.toStats()))
                .build();
    }

    /** Outbound, as Istio's gateways are: its spans are the outside world's calls. */
    private List<Listener> published() {
        List<Listener> listeners = new ArrayList<>();
        for (MeshFunction function : state.functions()) {
            for (PublishedPort published : function.publishedPorts()) {
                SocketTarget target = new SocketTarget("0.0.0.0", published.gatewayPort());
                Listener.Builder listener = listener("gateway_" + published.gatewayPort(), target, OUTBOUND_DETECTION)
                        .setTrafficDirection(TrafficDirection.OUTBOUND)
                        .addAllFilterChains(
                                toFunction(function, published.port(), FilterChainMatch.getDefaultInstance()));
                if (!serverSpeaksFirst(published.port())) {
                    listener.addListenerFilters(httpInspector());
                }
                listeners.add(listener.build());
            }
        }
        return listeners;
    }

    private List<FilterChain> toFunction(MeshFunction function, int port, FilterChainMatch match) {
        String name = Routes.name(function, port);
        FilterChain tcp = tcp(ClusterNames.original(function.name(), port), match).toBuilder()
                .setName(name + "_tcp")
                .build();
        return serverSpeaksFirst(port)
                ? List.of(tcp)
                : List.of(http(name, match, managers.toFunction(function, port)), tcp);
    }

    private static Listener.Builder listener(String name, SocketTarget target, Duration detection) {
        return Listener.newBuilder()
                .setName(name)
                .setAddress(address(target.host(), target.port()))
                .setListenerFiltersTimeout(detection)
                .setContinueOnListenerFiltersTimeout(true);
    }

    private static FilterChain http(String name, FilterChainMatch match, Filter manager) {
        return FilterChain.newBuilder()
                .setName(name)
                .setFilterChainMatch(match.toBuilder().addAllApplicationProtocols(HTTP))
                .addFilters(manager)
                .build();
    }

    private static FilterChain tcp(String cluster, FilterChainMatch match) {
        TcpProxy proxy = TcpProxy.newBuilder()
                .setStatPrefix(cluster)
                .setCluster(cluster)
                .setIdleTimeout(never())
                .build();
        return FilterChain.newBuilder()
                .setName(cluster + "_tcp")
                .setFilterChainMatch(match)
                .addFilters(Filter.newBuilder()
                        .setName("envoy.filters.network.tcp_proxy")
                        .setTypedConfig(Any.pack(proxy)))
                .build();
    }

    private static CidrRange host(String address) {
        return CidrRange.newBuilder()
                .setAddressPrefix(address)
                .setPrefixLen(number(address.contains(":") ? 128 : 32))
                .build();
    }

    private static ListenerFilter originalDestination() {
        return ListenerFilter.newBuilder()
                .setName("envoy.filters.listener.original_dst")
                .setTypedConfig(Any.pack(OriginalDst.getDefaultInstance()))
                .build();
    }

    private static ListenerFilter httpInspector() {
        MatchSet.Builder ports = MatchSet.newBuilder();
        for (int port : SERVER_FIRST) {
            ports.addRules(ListenerFilterChainMatchPredicate.newBuilder()
                    .setDestinationPortRange(
                            Int32Range.newBuilder().setStart(port).setEnd(port + 1)));
        }
        return ListenerFilter.newBuilder()
                .setName("envoy.filters.listener.http_inspector")
                .setTypedConfig(Any.pack(HttpInspector.getDefaultInstance()))
                .setFilterDisabled(
                        ListenerFilterChainMatchPredicate.newBuilder().setOrMatch(ports))
                .build();
    }
}
