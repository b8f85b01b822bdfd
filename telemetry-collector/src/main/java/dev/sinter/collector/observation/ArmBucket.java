package dev.sinter.collector.observation;

import java.time.Duration;
import java.time.Instant;

/**
 * Calls to one function on one arm in one time bucket, as their callers saw them.
 *
 * <p>A call belongs to the bucket in which it ended. Failed calls count in {@code count} and {@code errors} only: sums and quantiles are of the {@code count - errors} calls that succeeded.
 *
 * @param caller function, gateway or {@link #ANY_CALLER}
 * @param callee function
 * @param arm {@link #ORIGINAL} or the fused workload, such as {@code fused-g1}
 * @param start of the bucket
 * @param length of the bucket
 * @param count calls
 * @param errors failed calls
 * @param sumMs sum of the durations in milliseconds
 * @param sumLogMs sum of the natural logarithms of the durations in milliseconds
 * @param sumSquaredLogMs sum of the squares of those logarithms
 * @param p50Ms median, 0 if no call succeeded
 * @param p95Ms 95th percentile, likewise
 * @param p99Ms 99th percentile, likewise
 * @param firstSeen end of the first call
 * @param lastSeen end of the last call
 * @param complete false if spans of the bucket's time were dropped
 */
public record ArmBucket(
        String caller,
        String callee,
        String arm,
        Instant start,
        Duration length,
        long count,
        long errors,
        double sumMs,
        double sumLogMs,
        double sumSquaredLogMs,
        double p50Ms,
        double p95Ms,
        double p99Ms,
        Instant firstSeen,
        Instant lastSeen,
        boolean complete) {

    /** The arm of the functions' own workloads. */
    public static final String ORIGINAL = "original";

    /** The caller of buckets that add up all callers. */
    public static final String ANY_CALLER = "*";
}
