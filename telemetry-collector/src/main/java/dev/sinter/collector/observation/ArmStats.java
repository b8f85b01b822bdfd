package dev.sinter.collector.observation;

import dev.sinter.collector.hop.Hop;

/** Calls on one arm in one slice. Not thread-safe. */
final class ArmStats {

    /** The logarithm of zero helps nobody; no clock here is finer than a microsecond. */
    private static final double LEAST_MS = 1e-3;

    final DurationSketch succeeded = new DurationSketch();
    long count;
    double sumLogMs;
    double sumSquaredLogMs;
    long firstEndNanos = Long.MAX_VALUE;
    long lastEndNanos = Long.MIN_VALUE;

    void called(Hop call) {
        count++;
        firstEndNanos = Math.min(firstEndNanos, call.endNanos());
        lastEndNanos = Math.max(lastEndNanos, call.endNanos());
        if (!call.failed()) {
            succeeded.add(call.durationNanos());
            double logMs = Math.log(Math.max(LEAST_MS, call.durationNanos() / 1e6));
            sumLogMs += logMs;
            sumSquaredLogMs += logMs * logMs;
        }
    }

    void add(ArmStats other) {
        succeeded.add(other.succeeded);
        count += other.count;
        sumLogMs += other.sumLogMs;
        sumSquaredLogMs += other.sumSquaredLogMs;
        firstEndNanos = Math.min(firstEndNanos, other.firstEndNanos);
        lastEndNanos = Math.max(lastEndNanos, other.lastEndNanos);
    }
}
