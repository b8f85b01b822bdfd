package dev.sinter.control.routing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.sinter.control.xds.NodeResources;
import dev.sinter.control.xds.ResourceType;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster.ClusterWeight;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class NodeConfigurationTest {
    private static final FusedWorkload FUSED =
            new FusedWorkload("g1", "10.0.1.1", 8080, List.of("f0", "f1", "f2", "f3"));

    @Property(tries = 20)
    void whatever_is_routed_to_exists_in_every_phase(
            @ForAll("functions") List<MeshFunction> before, @ForAll("functions") List<MeshFunction> after) {
        for (MeshNode node : nodes()) {
            NodeConfiguration first = configuration(before, node);
            NodeConfiguration last = configuration(after, node);

            assertClosed(first.reaching(last));
            assertClosed(last.stillReaching(first));
            assertClosed(last);
            assertThat(last.stillReaching(first).clusters().keySet())
                    .isEqualTo(first.reaching(last).clusters().keySet());
        }
    }

    @Property(tries = 20)
    void equal_states_have_equal_versions_in_whatever_order_they_are_told(
            @ForAll("functions") List<MeshFunction> functions) {
        List<MeshFunction> reversed = new ArrayList<>(functions);
        Collections.reverse(reversed);
        for (MeshNode node : nodes()) {
            NodeResources one = configuration(functions, node).resources();
            NodeResources other = configuration(reversed, node).resources();
            for (ResourceType type : ResourceType.values()) {
                assertThat(one.version(type)).isEqualTo(other.version(type));
            }
        }
    }

    @Property(tries = 20)
    void a_shift_touches_nothing_but_routes(@ForAll("functions") List<MeshFunction> functions) {
        List<MeshFunction> shifted =
                functions.stream().map(NodeConfigurationTest::shifted).toList();
        for (MeshNode node : nodes()) {
            NodeResources one = configuration(functions, node).resources();
            NodeResources other = configuration(shifted, node).resources();
            assertThat(one.version(ResourceType.CLUSTER)).isEqualTo(other.version(ResourceType.CLUSTER));
            assertThat(one.version(ResourceType.ENDPOINT)).isEqualTo(other.version(ResourceType.ENDPOINT));
            assertThat(one.version(ResourceType.LISTENER)).isEqualTo(other.version(ResourceType.LISTENER));
        }
    }

    private static void assertClosed(NodeConfiguration configuration) {
        assertThat(configuration.resources().names(ResourceType.CLUSTER))
                .containsAll(routed(configuration.routes().values()))
                .containsAll(proxied(configuration));
    }

    private static Set<String> routed(Iterable<RouteConfiguration> routes) {
        Set<String> names = new TreeSet<>();
        for (RouteConfiguration configuration : routes) {
            for (Route route : configuration.getVirtualHosts(0).getRoutesList()) {
                RouteAction action = route.getRoute();
                if (action.hasWeightedClusters()) {
                    action.getWeightedClusters().getClustersList().stream()
                            .map(ClusterWeight::getName)
                            .forEach(names::add);
                } else {
                    names.add(action.getCluster());
                }
                action.getRequestMirrorPoliciesList().forEach(mirror -> names.add(mirror.getCluster()));
            }
        }
        return names;
    }

    private static Set<String> proxied(NodeConfiguration configuration) {
        Set<String> names = new TreeSet<>();
        configuration.listeners().stream()
                .flatMap(listener -> listener.getFilterChainsList().stream())
                .map(chain -> chain.getFilters(0).getTypedConfig())
                .filter(config -> config.is(TcpProxy.class))
                .forEach(config -> {
                    try {
                        names.add(config.unpack(TcpProxy.class).getCluster());
                    } catch (InvalidProtocolBufferException e) {
                        throw new AssertionError(e);
                    }
                });
        return names;
    }

    private static MeshFunction shifted(MeshFunction function) {
        String group = function.split().group();
        return group == null || function.originalAddress() == null
                ? function
                : new MeshFunction(
                        function.name(),
                        function.virtualAddress(),
                        function.ports(),
                        function.publishedPorts(),
                        function.originalAddress(),
                        new Split((function.split().originalPercent() + 1) % 101, group),
                        function.recorder());
    }

    private static NodeConfiguration configuration(List<MeshFunction> functions, MeshNode node) {
        MeshState state = new MeshState(
                "tree", functions, List.of(FUSED), List.of(node), new TelemetryTarget("10.0.0.1", 4317, "secret"));
        return NodeConfiguration.all(state, Capture.asIstio())
                .values()
                .iterator()
                .next();
    }

    private static List<MeshNode> nodes() {
        return List.of(
                new MeshNode("f0", MeshNode.Role.FUNCTION, List.of(8080, 3306)),
                new MeshNode("fused-g1", MeshNode.Role.FUSED, List.of(8080)),
                new MeshNode("gateway", MeshNode.Role.GATEWAY, List.of()));
    }

    @Provide
    Arbitrary<List<MeshFunction>> functions() {
        Arbitrary<List<MeshFunction>> functions = Arbitraries.just(List.of());
        for (int index = 0; index < 4; index++) {
            functions = Combinators.combine(functions, function(index).optional())
                    .as((list, function) -> {
                        List<MeshFunction> longer = new ArrayList<>(list);
                        function.ifPresent(longer::add);
                        return longer;
                    });
        }
        return functions;
    }

    private static Arbitrary<MeshFunction> function(int index) {
        Arbitrary<List<Integer>> ports =
                Arbitraries.of(List.of(8080), List.of(8080, 3306), List.of(3306), List.of(8080, 9090));
        Arbitrary<Integer> originalPercents = Arbitraries.of(0, 1, 50, 100);
        Arbitrary<Boolean> flags = Arbitraries.of(true, false);
        return Combinators.combine(ports, originalPercents, flags, flags, flags)
                .as((numbers, originalPercent, fused, asleep, recorded) -> new MeshFunction(
                        "f" + index,
                        "240.240.0." + (index + 1),
                        numbers,
                        List.of(new PublishedPort(9000 + index, numbers.getFirst())),
                        asleep && fused && originalPercent == 0 ? null : "10.0.0." + index,
                        fused ? new Split(originalPercent, "g1") : Split.allOriginal(),
                        recorded ? new SocketTarget("10.0.0.1", 7000 + index) : null));
    }
}
