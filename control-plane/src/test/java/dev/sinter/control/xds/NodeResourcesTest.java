package dev.sinter.control.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodeResourcesTest {

    @Test
    void versions_are_the_same_in_every_process() {
        assertThat(TestResources.clusters("a", "b").version(ResourceType.CLUSTER))
                .isEqualTo("2fa9e508c77f7e8f6631b3757b2d630db6d0cd173d16bbfe0d81b37681dac51a");
    }

    @Test
    void the_order_of_resources_and_of_map_entries_does_not_matter() {
        assertThat(TestResources.clusters("b", "a").version(ResourceType.CLUSTER))
                .isEqualTo(TestResources.clusters("a", "b").version(ResourceType.CLUSTER));
        assertThat(withMetadata("x", "y").version(ResourceType.CLUSTER))
                .isEqualTo(withMetadata("y", "x").version(ResourceType.CLUSTER));
    }

    @Test
    void content_and_names_both_count() {
        String version = TestResources.clusters("a").version(ResourceType.CLUSTER);
        NodeResources slower = NodeResources.of(
                List.of(TestResources.cluster("a", 2)), List.of(TestResources.endpoints("a")), List.of(), List.of());

        assertThat(slower.version(ResourceType.CLUSTER)).isNotEqualTo(version);
        assertThat(slower.version(ResourceType.ENDPOINT))
                .isEqualTo(TestResources.clusters("a").version(ResourceType.ENDPOINT));
        assertThat(TestResources.clusters("aa").version(ResourceType.CLUSTER)).isNotEqualTo(version);
    }

    @Test
    void a_cluster_without_its_endpoints_is_refused() {
        assertThatThrownBy(
                        () -> NodeResources.of(List.of(TestResources.cluster("a", 1)), List.of(), List.of(), List.of()))
                .isInstanceOf(XdsException.class)
                .hasMessage("ENDPOINT a: named but missing (expected: all that is named)");
    }

    @Test
    void a_listener_without_its_routes_is_refused_whatever_its_filters_name_is() {
        assertThatThrownBy(() ->
                        NodeResources.of(List.of(), List.of(), List.of(TestResources.listener("l", "r")), List.of()))
                .hasMessage("ROUTE r: named but missing (expected: all that is named)");
    }

    @Test
    void routes_that_no_envoy_would_ask_for_are_refused() {
        assertThatThrownBy(() -> NodeResources.of(List.of(), List.of(), List.of(), List.of(TestResources.route("r"))))
                .hasMessageStartingWith("ROUTE r: present but named nowhere");
    }

    @Test
    void a_name_used_twice_is_refused() {
        assertThatThrownBy(() -> TestResources.clusters("a", "a")).hasMessageStartingWith("CLUSTER a: twice");
    }

    private static NodeResources withMetadata(String first, String second) {
        Struct struct = Struct.newBuilder()
                .putFields(first, Value.newBuilder().setBoolValue(true).build())
                .putFields(second, Value.newBuilder().setBoolValue(true).build())
                .build();
        Cluster cluster = TestResources.cluster("a", 1).toBuilder()
                .setMetadata(Metadata.newBuilder().putFilterMetadata("f", struct))
                .build();
        return NodeResources.of(List.of(cluster), List.of(TestResources.endpoints("a")), List.of(), List.of());
    }
}
