package dev.sinter.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.sinter.collector.count.DropCause;
import dev.sinter.collector.observation.ArmBucket;
import dev.sinter.collector.otlp.IngestToken;
import dev.sinter.collector.otlp.Otlp;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The whole collector, from socket to answer. */
class CollectorTest {

    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    @Test
    void spansIn_observationsAndArmsOut() {
        TestClock clock = new TestClock(Instant.EPOCH.plusSeconds(2));
        CollectorConfig config =
                CollectorConfig.DEFAULT.listeningOn(List.of(ANY_PORT), List.of(ANY_PORT), new IngestToken("t"));
        try (Collector collector = Collector.start(config, clock)) {
            ManagedChannel channel = NettyChannelBuilder.forAddress(
                            collector.grpcAddresses().getFirst())
                    .usePlaintext()
                    .build();
            Metadata headers = new Metadata();
            headers.put(Metadata.Key.of("x-sinter-token", Metadata.ASCII_STRING_MARSHALLER), "t");
            TraceServiceGrpc.newBlockingStub(channel)
                    .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                    .export(Otlp.request(
                            "tree",
                            List.of(
                                    Otlp.received().build(),
                                    Otlp.sent("outbound|80|fused-g1|b").build())));
            channel.shutdownNow();
            await().untilAsserted(() -> assertThat(collector.arms("b", Instant.EPOCH, Instant.EPOCH.plusSeconds(60)))
                    .extracting(ArmBucket::caller, ArmBucket::arm, ArmBucket::count)
                    .containsExactly(tuple(ArmBucket.ANY_CALLER, "fused-g1", 1L)));
            clock.set(Instant.EPOCH.plusSeconds(20));
            assertThat(collector.observe(Duration.ofMinutes(1)).functions())
                    .singleElement()
                    .satisfies(function -> assertThat(function.name()).isEqualTo("b"));
            assertThat(collector.counts().spans()).isEqualTo(2);
        }
    }

    @Test
    void fullQueue_refusesWholeMessages() {
        CollectorConfig config = CollectorConfig.DEFAULT
                .listeningOn(List.of(ANY_PORT), List.of(), null)
                .withLimits(new CollectorLimits(1, 10, 10, 10, 10));
        try (Collector collector = Collector.start(config, new TestClock(Instant.EPOCH))) {
            ManagedChannel channel = NettyChannelBuilder.forAddress(
                            collector.grpcAddresses().getFirst())
                    .usePlaintext()
                    .build();
            assertThatThrownBy(() -> TraceServiceGrpc.newBlockingStub(channel)
                            .export(Otlp.request(
                                    "tree",
                                    List.of(
                                            Otlp.received().build(),
                                            Otlp.received().build()))))
                    .isInstanceOf(StatusRuntimeException.class)
                    .hasMessageContaining("SNT0404");
            channel.shutdownNow();
            assertThat(collector.counts().dropped(DropCause.OVERLOAD)).isEqualTo(1);
        }
    }

    @Test
    void settingsThatCanNotWork_sayWhich() {
        assertThatThrownBy(() ->
                        CollectorConfig.DEFAULT.withTimes(Duration.ZERO, Duration.ofSeconds(5), Duration.ofMinutes(1)))
                .hasMessage("SNT0401 lateness: PT0S (expected: > 0)");
        assertThatThrownBy(() -> CollectorConfig.DEFAULT.withTimes(
                        Duration.ofSeconds(6), Duration.ofSeconds(5), Duration.ofSeconds(10)))
                .hasMessageStartingWith("SNT0401 retention: PT10S");
        assertThatThrownBy(() -> new CollectorLimits(1, 1, 0, 1, 1))
                .hasMessage("SNT0401 spansPerPod: 0 (expected: > 0)");
    }
}
