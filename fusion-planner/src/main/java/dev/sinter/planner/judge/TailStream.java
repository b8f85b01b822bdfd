package dev.sinter.planner.judge;

/**
 * Sign test on the 99th percentiles as a bet: if the fused arm's tail is not longer by more than the margin, it exceeds
 * the original's in at most half of the cases.
 *
 * <p>One case is as many blocks as give the fused arm enough requests for a tail; the longest of their percentiles
 * count. The percentile of a small sample lies low, so a case counts only where the fused arm's sample is not much
 * larger.
 */
final class TailStream {
    private static final double STAKE = 0.5;
    private static final long REQUESTS_PER_CASE = 50;
    private static final double LARGEST_RATIO = 1.5;

    private final double margin;
    private double logEvidence;
    private ArmBucket original = ArmBucket.EMPTY;
    private ArmBucket fused = ArmBucket.EMPTY;

    TailStream(double margin) {
        this.margin = margin;
    }

    void add(ArmBucket originalBlock, ArmBucket fusedBlock) {
        original = original.plus(originalBlock);
        fused = fused.plus(fusedBlock);
        if (fused.requests() < REQUESTS_PER_CASE) {
            return;
        }
        if (fused.requests() <= LARGEST_RATIO * original.requests()) {
            boolean longer = fused.p99Ms() > original.p99Ms() * (1 + margin);
            logEvidence += Math.log1p(longer ? STAKE : -STAKE);
        }
        original = ArmBucket.EMPTY;
        fused = ArmBucket.EMPTY;
    }

    double evidenceOfMore() {
        return Math.exp(Math.min(500, logEvidence));
    }
}
