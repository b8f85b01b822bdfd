package dev.sinter.collector.observation;

import dev.sinter.collector.hop.Hop;

/** Requests one function received in one slice. Not thread-safe. */
final class FunctionStats {

    final DurationSketch latency = new DurationSketch();
    long errors;
    long lastEndNanos = Long.MIN_VALUE;
    boolean entry;

    void received(Hop request) {
        latency.add(request.durationNanos());
        lastEndNanos = Math.max(lastEndNanos, request.endNanos());
        if (request.failed()) {
            errors++;
        }
    }

    void add(FunctionStats other) {
        latency.add(other.latency);
        errors += other.errors;
        lastEndNanos = Math.max(lastEndNanos, other.lastEndNanos);
        entry |= other.entry;
    }
}
