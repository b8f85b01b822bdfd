package dev.sinter.collector;

import dev.sinter.collector.count.Counts;
import dev.sinter.collector.count.DropCause;
import dev.sinter.collector.hop.Hop;
import dev.sinter.collector.observation.ArmBucket;
import dev.sinter.collector.observation.CallObservations;
import dev.sinter.collector.observation.Observations;
import dev.sinter.collector.pairing.Pairing;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** All that is known, behind one lock: one thread writes, any may ask. Thread-safe. */
final class Aggregator {

    /** Clocks of one cluster differ by less; a span from further ahead would end windows before their time. */
    private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(1);

    private static final Duration ADVANCE_EVERY = Duration.ofMillis(250);

    private final Clock clock;
    private final Duration lateness;
    private final Duration retention;
    private final Counts counts;
    private final Observations observations;
    private final Pairing pairing;
    private final Lock lock = new ReentrantLock();
    private long advancedNanos;

    Aggregator(CollectorConfig config, Clock clock, Counts counts) {
        CollectorLimits limits = config.limits();
        this.clock = clock;
        this.lateness = config.lateness();
        this.retention = config.retention();
        this.counts = counts;
        this.observations = new Observations(
                config.bucket(),
                config.retention(),
                config.lateness().multipliedBy(2),
                limits.unlinkedCalls(),
                limits.cells(),
                counts);
        this.pairing = new Pairing(limits.pods(), limits.spansPerPod(), config.lateness(), observations, counts);
    }

    /** Takes the hops of one message. */
    void accept(List<Hop> hops) {
        lock.lock();
        try {
            long now = nowNanos();
            for (Hop hop : hops) {
                accept(hop, now);
            }
            advanceIfDue(now);
        } finally {
            lock.unlock();
        }
    }

    private void accept(Hop hop, long now) {
        if (hop.endNanos() > now + CLOCK_TOLERANCE.toNanos()) {
            counts.dropped(DropCause.FUTURE, 1);
        } else if (hop.endNanos() < now - retention.toNanos() || !observations.accept(hop, now)) {
            counts.dropped(DropCause.TOO_OLD, 1);
        } else {
            pairing.accept(hop, now);
        }
    }

    /** Lets time pass when no message does. */
    void advance() {
        lock.lock();
        try {
            advanceIfDue(nowNanos());
        } finally {
            lock.unlock();
        }
    }

    private void advanceIfDue(long now) {
        if (now >= advancedNanos + ADVANCE_EVERY.toNanos() || now < advancedNanos) {
            advancedNanos = now;
            pairing.advance(now);
        }
    }

    /** Hops of unknown times were refused just now. */
    void lost() {
        lock.lock();
        try {
            long now = nowNanos();
            observations.markLossy(now - lateness.toNanos(), now);
            pairing.lost(now);
        } finally {
            lock.unlock();
        }
    }

    CallObservations observe(Duration window) {
        lock.lock();
        try {
            return observations.observe(window, nowNanos() - lateness.toNanos());
        } finally {
            lock.unlock();
        }
    }

    List<ArmBucket> arms(@Nullable String caller, String callee, Instant from, Instant to) {
        lock.lock();
        try {
            return observations.arms(caller, callee, from, to);
        } finally {
            lock.unlock();
        }
    }

    private long nowNanos() {
        return Duration.between(Instant.EPOCH, clock.instant()).toNanos();
    }
}
