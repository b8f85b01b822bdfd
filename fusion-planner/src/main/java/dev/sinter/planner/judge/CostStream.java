package dev.sinter.planner.judge;

/**
 * Any-time-valid t-test on the log ratio of GB-seconds per request (Lai 1976; Wang and Ramdas, "Anytime-valid t-tests",
 * 2025): nothing is assumed about how the ratio varies but what the buckets show.
 *
 * <p>Evidence is averaged over three sizes of effect in standard deviations, so that a difference far above the noise
 * is proven by a few buckets.
 */
final class CostStream {
    private static final double[] EFFECT_VARIANCES = {1, 16, 256};
    private static final double SMALLEST_DEVIATION = 1e-3;

    private final MeanDifference difference = new MeanDifference();

    void add(ArmBucket original, ArmBucket fused) {
        if (original.gbSeconds() > 0 && fused.gbSeconds() > 0) {
            double n = original.requests();
            double m = fused.requests();
            difference.add(Math.log(fused.gbSeconds() / m) - Math.log(original.gbSeconds() / n), n * m / (n + m));
        }
    }

    double estimate() {
        return difference.mean();
    }

    int buckets() {
        return difference.buckets();
    }

    double evidenceOfLess() {
        return difference.buckets() < 2 ? 1 : evidence(-difference.mean() / deviation());
    }

    double evidenceOfMore() {
        return difference.buckets() < 2 ? 1 : evidence(difference.mean() / deviation());
    }

    /** Standard deviation of the mean. */
    private double deviation() {
        double variance = difference.varianceBetween() * difference.dependence() / difference.weightSum();
        return Math.max(Math.sqrt(variance), SMALLEST_DEVIATION / Math.sqrt(difference.buckets()));
    }

    private double evidence(double t) {
        int n = difference.buckets();
        double freedom = n - 1.0;
        double sum = 0;
        for (double g : EFFECT_VARIANCES) {
            double spread = 1 + n * g;
            double ratio = (1 + t * t / freedom) / (1 + t * t / (freedom * spread));
            sum += Math.exp(Math.min(500, (freedom + 1) / 2 * Math.log(ratio))) / Math.sqrt(spread);
        }
        double twoSided = sum / EFFECT_VARIANCES.length;
        return t > 0 ? twoSided * 2 * Normal.cdf(t) : twoSided * 2 * Normal.cdf(t) / Math.max(1, twoSided);
    }

    /** Relative change with the interval that misses with probability {@code alpha} at any time. */
    Effect effect(double alpha) {
        if (difference.buckets() < 2) {
            return Effect.UNKNOWN;
        }
        double low = 0;
        double high = 1e6;
        for (int i = 0; i < 60; i++) {
            double middle = (low + high) / 2;
            boolean proven = evidence(middle) / 2 >= 1 / alpha;
            low = proven ? low : middle;
            high = proven ? middle : high;
        }
        double half = high >= 1e6 * 0.999 ? Double.POSITIVE_INFINITY : high * deviation();
        double d = difference.mean();
        return new Effect(Math.expm1(d), Math.expm1(d - half), Math.expm1(d + half));
    }
}
