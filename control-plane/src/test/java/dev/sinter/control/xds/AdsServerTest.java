package dev.sinter.control.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdsServerTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Set<String> NODE = Set.of("tree/a");
    private static final Duration SOON = Duration.ofSeconds(10);

    private AdsServer server;
    private RawEnvoy envoy;

    @BeforeEach
    void start() {
        server = AdsServer.start(List.of(loopback(), loopback()), "secret", Clock.fixed(NOW, ZoneOffset.UTC));
        envoy = new RawEnvoy(server, "secret");
    }

    @AfterEach
    void stop() {
        envoy.close();
        server.close();
    }

    @Test
    void it_listens_on_every_address() {
        assertThat(server.addresses()).hasSize(2).doesNotHaveDuplicates();
    }

    @Test
    void an_address_in_use_is_named() {
        InetSocketAddress taken = server.addresses().getFirst();

        assertThatThrownBy(() -> AdsServer.start(List.of(taken), "secret", Clock.systemUTC()))
                .isInstanceOfSatisfying(
                        XdsException.class, e -> assertThat(e.code()).isEqualTo("SNT0701"))
                .hasMessageContaining(taken.toString());
    }

    @Test
    void a_node_is_acked_when_it_has_taken_every_type() throws Exception {
        server.publish("tree/a", TestResources.clusters("x"));
        envoy.identify("tree/a", ResourceType.CLUSTER, "");
        DiscoveryResponse clusters = envoy.next();
        envoy.ask(ResourceType.LISTENER);
        DiscoveryResponse listeners = envoy.next();
        envoy.ack(clusters);
        envoy.ack(listeners);
        await().until(() -> server.counters().acks() == 2);
        assertThat(server.awaitAcked(NODE, Duration.ZERO).waiting()).isEqualTo(NODE);

        envoy.ask(ResourceType.ENDPOINT, "x");
        envoy.ack(envoy.next(), "x");

        assertThat(server.awaitAcked(NODE, SOON).acked()).isEqualTo(NODE);
        assertThat(server.nodes().values()).singleElement().satisfies(status -> {
            assertThat(status.connectedSince()).isEqualTo(NOW);
            assertThat(status.ackedVersions()).containsEntry(ResourceType.CLUSTER, clusters.getVersionInfo());
        });
    }

    @Test
    void a_node_that_is_not_there_is_absent() throws Exception {
        AckReport report = server.awaitAcked(Set.of("tree/b"), Duration.ofMillis(1));

        assertThat(report.absent()).containsExactly("tree/b");
        assertThat(report.complete()).isFalse();
    }

    @Test
    void a_node_that_leaves_is_absent() {
        envoy.identify("tree/a", ResourceType.CLUSTER, "");
        await().until(() -> server.nodes().containsKey("tree/a"));

        envoy.close();

        await().until(() -> server.nodes().isEmpty());
    }

    @Test
    void a_refusal_is_reported_once_and_not_answered_until_there_is_something_else() throws Exception {
        server.publish("tree/a", TestResources.clusters("x"));
        envoy.identify("tree/a", ResourceType.CLUSTER, "");
        DiscoveryResponse refused = envoy.next();
        envoy.nack(refused, "", "no such thing");

        AckReport report = server.awaitAcked(NODE, SOON);
        assertThat(report.nacks())
                .containsExactly(
                        new Nack("tree/a", ResourceType.CLUSTER, refused.getVersionInfo(), "no such thing", NOW));
        assertThat(envoy.nothingSent()).isTrue();
        server.publish("tree/a", TestResources.clusters("x"));
        assertThat(envoy.nothingSent()).isTrue();

        server.publish("tree/a", TestResources.clusters("y"));
        envoy.ack(envoy.next());
        await().until(() -> server.counters().acks() == 1);
        assertThat(server.awaitAcked(NODE, Duration.ZERO).nacks()).isEmpty();
        assertThat(server.counters().nacks()).isEqualTo(1);
    }

    @Test
    void going_back_to_what_was_accepted_is_sent_and_acked_after_a_refusal() throws Exception {
        server.publish("tree/a", TestResources.clusters("good"));
        envoy.identify("tree/a", ResourceType.CLUSTER, "");
        DiscoveryResponse good = envoy.next();
        envoy.ack(good);
        server.publish("tree/a", TestResources.clusters("bad"));
        envoy.nack(envoy.next(), good.getVersionInfo(), "bad");
        assertThat(server.awaitAcked(NODE, SOON).nacks()).hasSize(1);

        server.publish("tree/a", TestResources.clusters("good"));

        assertThat(envoy.next().getVersionInfo()).isEqualTo(good.getVersionInfo());
    }

    @Test
    void what_is_published_later_reaches_an_envoy_that_waits_for_it() throws Exception {
        envoy.identify("tree/a", ResourceType.ENDPOINT, "", "x", "y");
        assertThat(envoy.nothingSent()).isTrue();

        server.publish("tree/a", TestResources.clusters("x"));
        DiscoveryResponse partial = envoy.next();
        assertThat(assignments(partial)).containsExactly("x");
        envoy.ack(partial, "x", "y");

        server.publish("tree/a", TestResources.clusters("x", "y"));
        assertThat(assignments(envoy.next())).containsExactly("x", "y");
    }

    @Test
    void a_name_asked_for_again_is_sent_again_though_nothing_changed() throws Exception {
        server.publish("tree/a", TestResources.clusters("x"));
        envoy.identify("tree/a", ResourceType.ENDPOINT, "", "x");
        DiscoveryResponse first = envoy.next();
        envoy.ack(first, "x");
        envoy.ack(first);
        assertThat(envoy.nothingSent()).isTrue();

        envoy.ack(first, "x");

        assertThat(assignments(envoy.next())).containsExactly("x");
    }

    @Test
    void endpoints_are_sent_again_after_clusters_because_envoy_warms_them() throws Exception {
        server.publish("tree/a", TestResources.clusters("x"));
        envoy.identify("tree/a", ResourceType.CLUSTER, "");
        DiscoveryResponse clusters = envoy.next();
        envoy.ask(ResourceType.ENDPOINT, "x");
        DiscoveryResponse endpoints = envoy.next();
        envoy.ack(clusters);
        envoy.ack(endpoints, "x");
        await().until(() -> server.counters().acks() == 2);

        server.publish(
                "tree/a",
                NodeResources.of(
                        List.of(TestResources.cluster("x", 2)),
                        List.of(TestResources.endpoints("x")),
                        List.of(),
                        List.of()));
        assertThat(RawEnvoy.unpack(envoy.next(), Cluster.class)).hasSize(1);
        envoy.ack(endpoints, "x");

        assertThat(assignments(envoy.next())).containsExactly("x");
    }

    @Test
    void an_envoy_that_comes_back_with_the_same_version_is_sent_nothing() throws Exception {
        NodeResources resources = TestResources.clusters("x");
        server.publish("tree/a", resources);

        envoy.identify("tree/a", ResourceType.CLUSTER, resources.version(ResourceType.CLUSTER));

        assertThat(envoy.nothingSent()).isTrue();
        assertThat(server.counters().responses()).isZero();
    }

    @Test
    void a_stale_answer_is_no_ack() throws Exception {
        server.publish("tree/a", TestResources.clusters("x"));
        envoy.identify("tree/a", ResourceType.CLUSTER, "");
        DiscoveryResponse first = envoy.next();
        envoy.ack(first);
        await().until(() -> server.counters().acks() == 1);
        server.publish("tree/a", TestResources.clusters("y"));
        envoy.next();

        envoy.ack(first);

        assertThat(envoy.nothingSent()).isTrue();
        assertThat(server.awaitAcked(NODE, Duration.ZERO).waiting()).isEqualTo(NODE);
    }

    @Test
    void types_it_never_has_are_left_unanswered_and_counted() throws Exception {
        envoy.identify("tree/a", ResourceType.CLUSTER, "");
        envoy.askFor("type.googleapis.com/envoy.service.runtime.v3.Runtime");

        await().until(() -> server.counters().unknownTypes() == 1);
        assertThat(server.nodes()).containsKey("tree/a");
    }

    @Test
    void a_first_request_without_a_node_ends_the_stream() throws Exception {
        envoy.ask(ResourceType.CLUSTER);

        assertThat(Status.fromThrowable(envoy.error()).getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(server.counters().requestsRefused()).isEqualTo(1);
    }

    @Test
    void a_wrong_token_is_turned_away() throws Exception {
        try (RawEnvoy stranger = new RawEnvoy(server, "guess")) {
            assertThat(Status.fromThrowable(stranger.error()).getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        }
        assertThat(server.counters().streamsRefused()).isEqualTo(1);
    }

    @Test
    void delta_is_turned_away() {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("x-sinter-token", Metadata.ASCII_STRING_MARSHALLER), "secret");
        ManagedChannel channel = envoy.channel();

        AggregatedDiscoveryServiceGrpc.newStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .deltaAggregatedResources(new Ignored<>());

        await().until(() -> server.counters().streamsRefused() == 1);
    }

    private static List<String> assignments(DiscoveryResponse response) {
        return RawEnvoy.unpack(response, ClusterLoadAssignment.class).stream()
                .map(ClusterLoadAssignment::getClusterName)
                .toList();
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private static final class Ignored<T> implements StreamObserver<T> {
        @Override
        public void onNext(T value) {}

        @Override
        public void onError(Throwable error) {}

        @Override
        public void onCompleted() {}
    }
}
