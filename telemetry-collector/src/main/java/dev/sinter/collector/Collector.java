package dev.sinter.collector;

import dev.sinter.collector.count.Counts;
import dev.sinter.collector.count.CountsSnapshot;
import dev.sinter.collector.hop.Hop;
import dev.sinter.collector.hop.ProxyNaming;
import dev.sinter.collector.observation.ArmBucket;
import dev.sinter.collector.observation.CallObservations;
import dev.sinter.collector.otlp.OtlpReceiver;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives proxy spans and answers what the application does. Soft state: everything is in memory and rebuilt from
 * traffic after a restart. Thread-safe.
 */
public final class Collector implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Collector.class);

    private static final long POLL_MILLIS = 250;

    private final Counts counts;
    private final Aggregator aggregator;
    private final OtlpReceiver receiver;
    private final Thread worker;

    private Collector(Counts counts, Aggregator aggregator, OtlpReceiver receiver, Thread worker) {
        this.counts = counts;
        this.aggregator = aggregator;
        this.receiver = receiver;
        this.worker = worker;
    }

    /**
     * Starts to listen.
     *
     * @param clock spans that end far from its time are dropped; all times reported are the proxies' own
     * @throws java.io.UncheckedIOException {@code SNT0402} if an address can't be listened on
     */
    public static Collector start(CollectorConfig config, Clock clock) {
        Counts counts = new Counts();
        Aggregator aggregator = new Aggregator(config, clock, counts);
        HopQueue queue = new HopQueue(config.limits().queuedSpans());
        OtlpReceiver receiver = OtlpReceiver.start(
                config.grpcAddresses(), config.httpAddresses(), config.token(), ProxyNaming.standard(), queue, counts);
        Thread worker = Thread.ofVirtual().name("span-aggregator").start(() -> aggregate(queue, aggregator));
        return new Collector(counts, aggregator, receiver, worker);
    }

    private static void aggregate(HopQueue queue, Aggregator aggregator) {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                aggregateNext(queue, aggregator);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                // Losing a message beats losing the collector: telemetry degrades, it does not stop.
                log.error("SNT0409 a message could not be aggregated; its window is marked incomplete", e);
                aggregator.lost();
            }
        }
    }

    private static void aggregateNext(HopQueue queue, Aggregator aggregator) throws InterruptedException {
        List<Hop> hops = queue.poll(POLL_MILLIS);
        if (hops == null) {
            aggregator.advance();
        } else {
            aggregator.accept(hops);
        }
        if (queue.refusedSinceAsked()) {
            aggregator.lost();
        }
    }

    /** Bound OTLP/gRPC addresses. */
    public List<InetSocketAddress> grpcAddresses() {
        return receiver.grpcAddresses();
    }

    /** Bound OTLP/HTTP addresses. */
    public List<InetSocketAddress> httpAddresses() {
        return receiver.httpAddresses();
    }

    /** What happened in the last {@code window} whose spans are complete, in whole buckets. */
    public CallObservations observe(Duration window) {
        return aggregator.observe(window);
    }

    /** Buckets of all calls to {@code callee} that overlap {@code [from, to)}: oldest first, then by arm. */
    public List<ArmBucket> arms(String callee, Instant from, Instant to) {
        return aggregator.arms(null, callee, from, to);
    }

    /** Buckets of {@code caller}'s calls to {@code callee}; a gateway's calls are what users see of the application. */
    public List<ArmBucket> arms(String caller, String callee, Instant from, Instant to) {
        return aggregator.arms(caller, callee, from, to);
    }

    /** What was received and dropped since the start. */
    public CountsSnapshot counts() {
        return counts.snapshot();
    }

    /** Stops listening, within seconds; what was observed can still be asked for. */
    @Override
    public void close() {
        receiver.close();
        worker.interrupt();
    }
}
