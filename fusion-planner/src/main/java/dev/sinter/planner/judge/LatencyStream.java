package dev.sinter.planner.judge;

/**
 * Mixture sequential probability ratio test on the difference of mean log latencies (Robbins 1970; Johari et al.,
 * "Always Valid Inference", 2022), one-sided to either side.
 *
 * <p>How requests vary inside the blocks says what to expect of the blocks' differences; how the differences vary in
 * fact decides.
 */
final class LatencyStream {
    private static final double SMALLEST_VARIANCE = 1e-6;

    /** Sizes of effect in units of the expected one. */
    private static final double[] SIZES = {0.5, 1, 1.5, 2.5, 5, 10};

    /** How much of the prior lies on each size: a gain is as large as expected, a loss may be of any size. */
    private static final double[] GAINS = {0.04, 0.8, 0.06, 0.04, 0.03, 0.03};

    private static final double[] LOSSES = {0.04, 0.56, 0.1, 0.1, 0.1, 0.1};

    private final double scale;
    private final PairedDifference difference;
    private final Spread original = new Spread();
    private final Spread fused = new Spread();

    LatencyStream(double expectedEffect) {
        scale = -Math.log1p(-expectedEffect);
        double[] effects = SIZES.clone();
        for (int i = 0; i < effects.length; i++) {
            effects[i] *= scale;
        }
        difference = new PairedDifference(effects, GAINS, LOSSES);
    }

    void add(ArmBucket originalBlock, ArmBucket fusedBlock) {
        double n = originalBlock.requests();
        double m = fusedBlock.requests();
        original.add(originalBlock);
        fused.add(fusedBlock);
        difference.expectVariance(requestVariance());
        difference.add(fusedBlock.sumLogMs() / m - originalBlock.sumLogMs() / n, n * m / (n + m));
    }

    double estimate() {
        return difference.mean();
    }

    /** Variance of one request's log latency inside the blocks, mean of both arms. */
    double requestVariance() {
        return Math.max(SMALLEST_VARIANCE, (original.variance() + fused.variance()) / 2);
    }

    /** Variance of the difference times nm/(n+m) of the requests it rests on. */
    double variancePerWeight() {
        return difference.variancePerWeight();
    }

    /** Evidence (an e-value) for latency below the original's, against none or more. */
    double evidenceOfLess() {
        return difference.evidenceBelow();
    }

    /** Evidence for latency above the original's, against none or less. */
    double evidenceOfMore() {
        return difference.evidenceAbove();
    }

    /** Change of the geometric mean with the interval that misses with probability {@code alpha} at any time. */
    Effect effect(double alpha) {
        if (difference.blocks() == 0) {
            return Effect.UNKNOWN;
        }
        double half = difference.halfInterval(alpha, scale);
        double d = difference.mean();
        return new Effect(Math.expm1(d), Math.expm1(d - half), Math.expm1(d + half));
    }

    /** Requests of one arm and how they spread inside their blocks. */
    private static final class Spread {
        private double squares;
        private double freedom;

        void add(ArmBucket block) {
            squares += Math.max(0, block.sumSquaredLogMs() - block.sumLogMs() * block.sumLogMs() / block.requests());
            freedom += block.requests() - 1.0;
        }

        double variance() {
            return freedom > 0 ? squares / freedom : 1;
        }
    }
}
