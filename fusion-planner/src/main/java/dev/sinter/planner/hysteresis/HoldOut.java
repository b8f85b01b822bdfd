package dev.sinter.planner.hysteresis;

import dev.sinter.planner.judge.ArmBucket;
import dev.sinter.planner.judge.PairedBucket;

/**
 * Watches a fused group that won, by the requests that still go to the originals: a cumulative sum (Page 1954) of how
 * much slower the fused arm is than the originals, beyond the margin, in standard deviations of a bucket's difference.
 * Load common to both arms cancels; a fused arm that stays faster keeps the sum at zero for ever. Not safe for use by
 * several threads.
 *
 * <p>The deviation is at least what independent requests would show, and follows how successive differences vary
 * (von Neumann 1941), which a lasting change does not disturb. Differences are clipped, so that one bad bucket alarms
 * nobody.
 */
public final class HoldOut {
    private static final double SLACK = 0.5;
    private static final double ALARM = 20;
    private static final double LARGEST_STEP = 4;
    private static final double MEMORY = 0.05;
    private static final double PRIOR_FACTOR = 2;
    private static final double SMALLEST_DEVIATION = 1e-3;

    private final double margin;
    private double factor = PRIOR_FACTOR;
    private double last = Double.NaN;
    private double sum;
    private long buckets;

    /** @param leaveMargin relative slowness of the fused arm that is still borne */
    public HoldOut(double leaveMargin) {
        margin = Math.log1p(leaveMargin);
    }

    /** Takes the next bucket and says whether the fused arm has become provably slower than the margin allows. */
    public boolean add(PairedBucket bucket) {
        ArmBucket original = bucket.original();
        ArmBucket fused = bucket.fused();
        double n = original.requests();
        double m = fused.requests();
        if (n < 2 || m < 2) {
            return isAlarmed();
        }
        buckets++;
        double difference = fused.sumLogMs() / m - original.sumLogMs() / n - margin;
        double within = variance(original) / n + variance(fused) / m;
        double unit = Math.max(Math.sqrt(within), SMALLEST_DEVIATION);
        double scaled = difference / unit;
        if (!Double.isNaN(last)) {
            double step = Math.clamp((scaled - last) / Math.sqrt(2 * factor), -LARGEST_STEP, LARGEST_STEP);
            factor = Math.max(1, factor + MEMORY * factor * (step * step - 1));
        }
        last = scaled;
        double deviations = Math.clamp(scaled / Math.sqrt(factor), -LARGEST_STEP, LARGEST_STEP);
        sum = Math.max(0, sum + deviations - SLACK);
        return isAlarmed();
    }

    /** Whether the sum has reached the bound; it stays so until the fused arm was fast again for as long. */
    public boolean isAlarmed() {
        return sum > ALARM;
    }

    /** Buckets that both arms had requests in. */
    public long buckets() {
        return buckets;
    }

    private static double variance(ArmBucket arm) {
        double mean = arm.sumLogMs() / arm.requests();
        return Math.max(0, arm.sumSquaredLogMs() / arm.requests() - mean * mean)
                * arm.requests()
                / (arm.requests() - 1.0);
    }
}
