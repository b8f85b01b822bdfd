package dev.sinter.planner.judge;

/**
 * Sequential test on the GB-seconds per request. The difference of a block is taken relative to the mean of both arms'
 * requests: unlike a difference of logarithms it does not lie low where one arm has few requests and some cost many
 * times the others.
 */
final class CostStream {
    private static final double[] SIZES = {0.03, 0.1, 0.25, 0.5, 1};
    private static final double[] SHARES = {0.15, 0.25, 0.25, 0.25, 0.1};

    /** Size of the difference for which the interval is narrowest. */
    private static final double SCALE = 0.1;

    private final PairedDifference difference = new PairedDifference(SIZES, SHARES, SHARES);
    private double originalRequests;
    private double fusedRequests;

    /** @param requestVariance of the log latencies, which the cost of a request follows */
    void add(ArmBucket original, ArmBucket fused, double requestVariance) {
        if (original.gbSeconds() > 0 && fused.gbSeconds() > 0) {
            double n = original.requests();
            double m = fused.requests();
            double mean = (original.gbSeconds() + fused.gbSeconds()) / (n + m);
            difference.expectVariance(Math.expm1(requestVariance));
            difference.add((fused.gbSeconds() / m - original.gbSeconds() / n) / mean, n * m / (n + m));
            originalRequests += n;
            fusedRequests += m;
        }
    }

    boolean isEmpty() {
        return difference.blocks() == 0;
    }

    /** Relative change of the fused arm against the original. */
    double estimate() {
        return relative(difference.mean());
    }

    double evidenceOfLess() {
        return difference.evidenceBelow();
    }

    double evidenceOfMore() {
        return difference.evidenceAbove();
    }

    /** Relative change with the interval that misses with probability {@code alpha} at any time. */
    Effect effect(double alpha) {
        if (isEmpty()) {
            return Effect.UNKNOWN;
        }
        double half = difference.halfInterval(alpha, SCALE);
        double d = difference.mean();
        return new Effect(relative(d), relative(d - half), relative(d + half));
    }

    /** From a difference relative to the mean of both arms to one relative to the original. */
    private double relative(double d) {
        double share = fusedRequests / (originalRequests + fusedRequests);
        double low = -1 / (1 - share);
        double high = 1 / share;
        return d <= low ? -1 : d >= high ? Double.POSITIVE_INFINITY : d / (1 - share * d);
    }
}
