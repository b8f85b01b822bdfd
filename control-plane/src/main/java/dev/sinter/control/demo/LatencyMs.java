package dev.sinter.control.demo;

import java.util.Arrays;

/** Quantiles in milliseconds by nearest rank; all 0 where nothing was measured. */
public record LatencyMs(double p50, double p95, double p99) {

    static LatencyMs ofNanos(long[] unsortedNanos) {
        if (unsortedNanos.length == 0) {
            return new LatencyMs(0, 0, 0);
        }
        long[] sorted = unsortedNanos.clone();
        Arrays.sort(sorted);
        return new LatencyMs(rank(sorted, 0.50), rank(sorted, 0.95), rank(sorted, 0.99));
    }

    private static double rank(long[] sorted, double quantile) {
        int index = (int) Math.ceil(quantile * sorted.length) - 1;
        return sorted[Math.max(index, 0)] / 1e6;
    }
}
