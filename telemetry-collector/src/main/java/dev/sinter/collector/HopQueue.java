package dev.sinter.collector;

import dev.sinter.collector.hop.Hop;
import dev.sinter.collector.otlp.HopSink;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Messages between the receivers and the aggregator. Bounded by the spans in them: a message goes in whole or is
 * refused, never waits. Thread-safe.
 */
final class HopQueue implements HopSink {

    private final int maxSpans;
    private final LinkedBlockingQueue<List<Hop>> messages = new LinkedBlockingQueue<>();
    private final AtomicInteger spans = new AtomicInteger();
    private final AtomicBoolean refused = new AtomicBoolean();

    HopQueue(int maxSpans) {
        this.maxSpans = maxSpans;
    }

    @Override
    public boolean offer(List<Hop> hops) {
        if (spans.addAndGet(hops.size()) > maxSpans) {
            spans.addAndGet(-hops.size());
            refused.set(true);
            return false;
        }
        messages.add(hops);
        return true;
    }

    /** The oldest message, waiting for one at most so long; null if none came. */
    @Nullable
    List<Hop> poll(long timeoutMillis) throws InterruptedException {
        List<Hop> hops = messages.poll(timeoutMillis, TimeUnit.MILLISECONDS);
        if (hops != null) {
            spans.addAndGet(-hops.size());
        }
        return hops;
    }

    /** Whether a message was refused since this was last asked. */
    boolean refusedSinceAsked() {
        return refused.getAndSet(false);
    }
}
