package dev.sinter.planner.judge;

/**
 * What one arm did during one bucket of time.
 *
 * @param requests answered, with errors
 * @param errors of these
 * @param sumLogMs sum over requests of the natural logarithm of the latency in milliseconds
 * @param sumSquaredLogMs sum of the squares of these logarithms
 * @param p99Ms 99th percentile of latency; 0 without requests
 * @param gbSeconds memory of everything that served the arm's requests, times how long it served them
 */
public record ArmBucket(
        long requests, long errors, double sumLogMs, double sumSquaredLogMs, double p99Ms, double gbSeconds) {

    static final ArmBucket EMPTY = new ArmBucket(0, 0, 0, 0, 0, 0);

    /** Both one after the other; the larger of the percentiles. */
    ArmBucket plus(ArmBucket next) {
        return new ArmBucket(
                requests + next.requests,
                errors + next.errors,
                sumLogMs + next.sumLogMs,
                sumSquaredLogMs + next.sumSquaredLogMs,
                Math.max(p99Ms, next.p99Ms),
                gbSeconds + next.gbSeconds);
    }
}
