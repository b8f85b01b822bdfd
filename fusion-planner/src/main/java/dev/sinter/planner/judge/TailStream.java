package dev.sinter.planner.judge;

/**
 * Sign test on the 99th percentiles of buckets as a bet: if the fused arm's tail is not longer by more than the margin,
 * it exceeds the original's in at most half of the buckets.
 *
 * <p>The percentile of a small sample lies low, so buckets count only where the fused arm's sample is not much larger.
 */
final class TailStream {
    private static final double STAKE = 0.5;
    private static final long FEWEST_REQUESTS = 20;
    private static final double LARGEST_RATIO = 1.5;

    private final double margin;
    private double logEvidence;

    TailStream(double margin) {
        this.margin = margin;
    }

    void add(ArmBucket original, ArmBucket fused) {
        boolean comparable =
                fused.requests() >= FEWEST_REQUESTS && fused.requests() <= LARGEST_RATIO * original.requests();
        if (comparable) {
            boolean longer = fused.p99Ms() > original.p99Ms() * (1 + margin);
            logEvidence += Math.log1p(longer ? STAKE : -STAKE);
        }
    }

    double evidenceOfMore() {
        return Math.exp(Math.min(500, logEvidence));
    }
}
