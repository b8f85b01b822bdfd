package dev.sinter.control.demo;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** Collects what came of one phase's requests. Not thread-safe. */
final class PhaseSamples {

    private final Phase phase;
    private final int maxLatencies;
    private final Map<String, Long> failures = new TreeMap<>();
    private long[] latenciesNanos = new long[256];
    private int latencies;
    private long requests;
    private long succeeded;
    private long differing;
    private long lengthNanos;

    PhaseSamples(Phase phase, int maxLatencies) {
        this.phase = phase;
        this.maxLatencies = maxLatencies;
    }

    void sent() {
        requests++;
    }

    void answered(long latencyNanos, boolean asExpected) {
        if (asExpected) {
            succeeded++;
        } else {
            differing++;
        }
        if (latencies == maxLatencies) {
            return;
        }
        if (latencies == latenciesNanos.length) {
            latenciesNanos = Arrays.copyOf(latenciesNanos, Math.min(2 * latencies, maxLatencies));
        }
        latenciesNanos[latencies++] = latencyNanos;
    }

    void failed(String cause) {
        failures.merge(cause, 1L, Long::sum);
    }

    void lasted(long nanos) {
        lengthNanos += nanos;
    }

    PhaseLoad load() {
        return new PhaseLoad(
                phase,
                Duration.ofNanos(lengthNanos),
                requests,
                succeeded,
                failures,
                differing,
                LatencyMs.ofNanos(Arrays.copyOf(latenciesNanos, latencies)));
    }
}
