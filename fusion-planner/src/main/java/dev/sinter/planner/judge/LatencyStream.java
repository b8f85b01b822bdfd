package dev.sinter.planner.judge;

/**
 * Mixture sequential probability ratio test on the difference of mean log latencies (Robbins 1970; Johari et al.,
 * "Always Valid Inference", 2022), one-sided to either side.
 *
 * <p>The variance comes from inside the buckets, where there are many requests, times how much more the buckets'
 * differences vary than requests independent of each other would make them. That factor is uncertain while there are
 * few buckets, so it starts from a prior.
 */
final class LatencyStream {
    private static final double PRIOR_BUCKETS = 3;
    private static final double PRIOR_FACTOR = 2;

    /** Share of the prior on exactly the expected effect; the rest is half-normal with its scale. */
    private static final double EXPECTED_SHARE = 0.75;

    private final double scale;
    private final MeanDifference difference = new MeanDifference();
    private final Spread original = new Spread();
    private final Spread fused = new Spread();

    LatencyStream(double expectedEffect) {
        scale = -Math.log1p(-expectedEffect);
    }

    void add(ArmBucket originalBucket, ArmBucket fusedBucket) {
        double n = originalBucket.requests();
        double m = fusedBucket.requests();
        double weight = n * m / (n + m);
        difference.add(fusedBucket.sumLogMs() / m - originalBucket.sumLogMs() / n, weight);
        original.add(originalBucket);
        fused.add(fusedBucket);
    }

    double estimate() {
        return difference.mean();
    }

    /** Variance of one request's log latency, mean of both arms. */
    double requestVariance() {
        return (original.variance() + fused.variance()) / 2;
    }

    /** How much more buckets vary than independent requests would make them. */
    double factor() {
        int freedom = difference.buckets() - 1;
        double within = requestVariance();
        double between = freedom > 0 && within > 0 ? difference.varianceBetween() / within : PRIOR_FACTOR;
        double shrunk = (PRIOR_BUCKETS * PRIOR_FACTOR + freedom * between) / (PRIOR_BUCKETS + freedom);
        return Math.max(1, shrunk) * difference.dependence();
    }

    double variance() {
        double floor = 1e-6;
        return Math.max(floor, requestVariance()) * factor() / difference.weightSum();
    }

    /** Evidence (an e-value) for latency below the original's, against none or more. */
    double evidenceOfLess() {
        return evidence(-difference.mean());
    }

    /** Evidence for latency above the original's, against none or less. */
    double evidenceOfMore() {
        return evidence(difference.mean());
    }

    private double evidence(double towards) {
        if (difference.buckets() == 0) {
            return 1;
        }
        double v = variance();
        double t = scale * scale;
        double exponent = t * towards * towards / (2 * v * (v + t));
        double oneSided = 2 * Normal.cdf(towards * scale / Math.sqrt(v * (v + t)));
        double anySize = Math.sqrt(v / (v + t)) * Math.exp(Math.min(exponent, 500)) * oneSided;
        double expectedSize = Math.exp(Math.min((towards - scale / 2) * scale / v, 500));
        return EXPECTED_SHARE * expectedSize + (1 - EXPECTED_SHARE) * anySize;
    }

    /** Change of the geometric mean with the interval that misses with probability {@code alpha} at any time. */
    Effect effect(double alpha) {
        if (difference.buckets() == 0) {
            return Effect.UNKNOWN;
        }
        double v = variance();
        double t = scale * scale;
        double half = Math.sqrt(2 * v * (v + t) / t * (Math.log(1 / alpha) + 0.5 * Math.log((v + t) / v)));
        double d = difference.mean();
        return new Effect(Math.expm1(d), Math.expm1(d - half), Math.expm1(d + half));
    }

    /** Requests of one arm and how they spread inside their buckets. */
    private static final class Spread {
        private double squares;
        private double freedom;

        void add(ArmBucket bucket) {
            squares +=
                    Math.max(0, bucket.sumSquaredLogMs() - bucket.sumLogMs() * bucket.sumLogMs() / bucket.requests());
            freedom += bucket.requests() - 1.0;
        }

        double variance() {
            return freedom > 0 ? squares / freedom : 1;
        }
    }
}
