package dev.sinter.collector;

import com.sun.management.OperatingSystemMXBean;
import dev.sinter.collector.count.Counts;
import dev.sinter.collector.hop.Hop;
import dev.sinter.collector.otlp.EnvoyMessages;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * How many spans one core takes, stage by stage; run by {@code mvn -Pbenchmark}, see the README. Counts processor
 * time, not wall time, so that a busy machine changes little. The last stage includes the sender's share.
 */
public final class IngestBenchmark {

    private static final int ROUNDS = 3;
    private static final int UNDER_WAY = 16;
    private static final double SECONDS = 600;
    private static final double PER_SECOND = 100;

    private IngestBenchmark() {}

    public static void main(String[] arguments) {
        SimulatedMesh mesh = new SimulatedMesh(1)
                .function("a", (request, start) -> {
                    request.call("c", start + 1);
                    return request.call("b", start + 1.2) + 1;
                })
                .function("b", (request, start) -> request.call("d", start + 1) + 1)
                .function("c", (request, start) -> start + request.between(5, 20))
                .function("d", (request, start) -> start + request.between(20, 60));
        List<Hop> hops = mesh.poissonLoad("a", PER_SECOND, SECONDS).hops().stream()
                .sorted(Comparator.comparingLong(Hop::endNanos))
                .toList();
        for (int spansPerMessage : new int[] {200, 5}) {
            List<byte[]> messages = EnvoyMessages.of(hops, spansPerMessage);
            long bytes = messages.stream().mapToLong(message -> message.length).sum();
            long spans = (long) messages.size() * spansPerMessage;
            System.out.printf("%d spans of %d bytes, %d in a message%n", spans, bytes / spans, spansPerMessage);
            for (int round = 1; round <= ROUNDS; round++) {
                System.out.printf(
                        "  decode %.0f, decode + aggregate %.0f, grpc to aggregate with sender %.0f spans/s per core%n",
                        spans / decode(messages), spans / aggregate(messages), spans / receive(messages));
            }
        }
    }

    private static double decode(List<byte[]> messages) {
        EnvoyMessages.Decoding decoding = new EnvoyMessages.Decoding();
        long before = threadNanos();
        long hops = 0;
        for (byte[] message : messages) {
            hops += decoding.decode(message).size();
        }
        if (hops == 0) {
            throw new IllegalStateException("nothing decoded");
        }
        return (threadNanos() - before) / 1e9;
    }

    private static double aggregate(List<byte[]> messages) {
        EnvoyMessages.Decoding decoding = new EnvoyMessages.Decoding();
        TestClock clock = new TestClock(SimulatedMesh.START);
        Aggregator aggregator = new Aggregator(config(), clock, new Counts());
        long before = threadNanos();
        for (byte[] message : messages) {
            List<Hop> hops = decoding.decode(message);
            setTo(clock, hops);
            aggregator.accept(hops);
        }
        return (threadNanos() - before) / 1e9;
    }

    private static double receive(List<byte[]> messages) {
        EnvoyMessages.Decoding decoding = new EnvoyMessages.Decoding();
        TestClock clock = new TestClock(SimulatedMesh.START);
        try (Collector collector = Collector.start(config(), clock)) {
            ManagedChannel channel = NettyChannelBuilder.forAddress(
                            collector.grpcAddresses().getFirst())
                    .usePlaintext()
                    .build();
            MethodDescriptor<byte[], ?> export = TraceServiceGrpc.getExportMethod().toBuilder(
                            new Verbatim(), TraceServiceGrpc.getExportMethod().getResponseMarshaller())
                    .build();
            Semaphore underWay = new Semaphore(UNDER_WAY);
            long before = processNanos();
            for (int i = 0; i < messages.size(); i++) {
                if (i % 100 == 0) {
                    setTo(clock, decoding.decode(messages.get(i)));
                }
                underWay.acquireUninterruptibly();
                ClientCalls.futureUnaryCall(channel.newCall(export, CallOptions.DEFAULT), messages.get(i))
                        .addListener(underWay::release, Runnable::run);
            }
            underWay.acquireUninterruptibly(UNDER_WAY);
            double seconds = (processNanos() - before) / 1e9;
            channel.shutdownNow();
            return seconds;
        }
    }

    private static CollectorConfig config() {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return CollectorConfig.DEFAULT
                .listeningOn(List.of(anyPort), List.of(), null)
                .withTimes(Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofMinutes(15));
    }

    private static void setTo(TestClock clock, List<Hop> hops) {
        clock.set(Instant.EPOCH.plusNanos(hops.getLast().endNanos()));
    }

    private static long threadNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static long processNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    private static final class Verbatim implements MethodDescriptor.Marshaller<byte[]> {

        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            throw new UnsupportedOperationException("requests are only sent");
        }
    }
}
