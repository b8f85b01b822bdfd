package dev.sinter.planner.judge;

/**
 * Whether requests reach the arms in the shares that the route says: a sequential test on the excess of the fused arm's
 * requests, whose variance is known.
 */
final class SampleRatio {
    private static final double SCALE = 0.2;
    private static final double TOLERATED = 0.1;

    private double excess;
    private double variance;
    private double expected;

    void add(PairedBucket bucket) {
        double requests = bucket.original().requests() + bucket.fused().requests();
        double weight = bucket.fusedWeight();
        excess += bucket.fused().requests() - weight * requests;
        variance += requests * weight * (1 - weight);
        expected += requests * Math.min(weight, 1 - weight);
    }

    /** Whether the shares are provably wrong, and by enough to matter. */
    boolean isWrong(double alpha) {
        double t = SCALE * SCALE;
        double log = t * excess * excess / (2 * (1 + t * variance)) - 0.5 * Math.log1p(t * variance);
        return log > Math.log(1 / alpha) && Math.abs(excess) > TOLERATED * expected;
    }
}
