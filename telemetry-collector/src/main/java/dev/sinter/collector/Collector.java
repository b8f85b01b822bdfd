package dev.sinter.collector;

import dev.sinter.collector.count.Counts;
import dev.sinter.collector.count.CountsSnapshot;
import dev.sinter.collector.observation.ArmBucket;
import dev.sinter.collector.observation.CallObservations;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Receives proxy spans and answers what the application does. Soft state: everything is in memory and rebuilt from
 * traffic after a restart. Thread-safe.
 */
public final class Collector implements AutoCloseable {

    private final CollectorConfig config;
    private final Clock clock;
    private final Counts counts = new Counts();

    private Collector(CollectorConfig config, Clock clock) {
        this.config = config;
        this.clock = clock;
    }

    /**
     * Starts to listen.
     *
     * @throws java.io.UncheckedIOException {@code SNT0402} if an address can't be bound
     */
    public static Collector start(CollectorConfig config, Clock clock) {
        return new Collector(config, clock);
    }

    /** Bound OTLP/gRPC addresses, in the order of the configuration. */
    public List<InetSocketAddress> grpcAddresses() {
        return config.grpcAddresses();
    }

    /** Bound OTLP/HTTP addresses, in the order of the configuration. */
    public List<InetSocketAddress> httpAddresses() {
        return config.httpAddresses();
    }

    /** What happened in the last {@code window} whose spans are complete, in whole buckets. */
    public CallObservations observe(Duration window) {
        Instant end = clock.instant().minus(config.lateness());
        return new CallObservations(end.minus(window), end, true, List.of(), List.of());
    }

    /** Buckets of all calls to {@code callee} that overlap {@code [from, to)}, one per arm, oldest first. */
    public List<ArmBucket> arms(String callee, Instant from, Instant to) {
        return List.of();
    }

    /** Buckets of {@code caller}'s calls to {@code callee}; a gateway's calls are what users see of the application. */
    public List<ArmBucket> arms(String caller, String callee, Instant from, Instant to) {
        return List.of();
    }

    /** What was received and dropped since the start. */
    public CountsSnapshot counts() {
        return counts.snapshot();
    }

    /** Stops listening, within seconds; what was observed can still be asked for. */
    @Override
    public void close() {
        // Nothing is open yet.
    }
}
