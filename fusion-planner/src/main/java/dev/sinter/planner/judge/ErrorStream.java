package dev.sinter.planner.judge;

/**
 * Sequential test that the fused arm fails more often: safe test for two proportions (Turner, Ly and Grünwald 2024),
 * bucket by bucket, so that failures common to both arms cancel.
 *
 * <p>Evidence is averaged over several odds ratios, from twice as many failures to nothing but failures, and over the
 * bucket in which the failures began (a mixture of e-processes, as in Shin, Ramdas and Rinaldo's "E-detectors", 2023):
 * a burst counts in full however long the fused arm had been sound. The smallest ratio sets what counts: failures that
 * are not nearly twice as frequent gather no evidence.
 */
final class ErrorStream {
    private static final double[] ODDS_RATIOS = {2, 5, 25, 400};
    private static final double MIXTURE_VARIANCE = 4e-4;
    private static final double PRIOR_ERRORS = 0.5;
    private static final double PRIOR_REQUESTS = 100;

    /** Share of the prior on failures from the beginning; the rest is on every later bucket, less the later. */
    private static final double FROM_THE_BEGINNING = 0.5;

    private static final double ENOUGH = 1e100;

    private final double[] evidence = new double[ODDS_RATIOS.length];
    private int buckets;
    private long originalRequests;
    private long originalErrors;
    private long fusedRequests;
    private long fusedErrors;

    void add(ArmBucket original, ArmBucket fused) {
        double requests = original.requests() + fused.requests();
        if (requests == 0) {
            return;
        }
        buckets++;
        double share = (originalErrors + PRIOR_ERRORS) / (originalRequests + PRIOR_REQUESTS);
        for (int i = 0; i < ODDS_RATIOS.length; i++) {
            double odds = ODDS_RATIOS[i] * share / (1 - share);
            double fusedShare = odds / (1 + odds);
            double pooled = (original.requests() * share + fused.requests() * fusedShare) / requests;
            double log = logRatio(original, share, pooled) + logRatio(fused, fusedShare, pooled);
            evidence[i] = Math.min(ENOUGH, (evidence[i] + priorOfBeginning()) * Math.exp(log));
        }
        originalRequests += original.requests();
        originalErrors += original.errors();
        fusedRequests += fused.requests();
        fusedErrors += fused.errors();
    }

    private double priorOfBeginning() {
        return buckets == 1 ? FROM_THE_BEGINNING : (1 - FROM_THE_BEGINNING) / (buckets * (buckets - 1.0));
    }

    /** What the prior leaves for failures that have not begun. */
    private double priorOfLater() {
        return buckets == 0 ? 1 : (1 - FROM_THE_BEGINNING) / buckets;
    }

    private static double logRatio(ArmBucket bucket, double share, double pooled) {
        return bucket.errors() * Math.log(share / pooled)
                + (bucket.requests() - bucket.errors()) * Math.log((1 - share) / (1 - pooled));
    }

    double originalShare() {
        return originalRequests == 0 ? 0 : (double) originalErrors / originalRequests;
    }

    double evidenceOfMore() {
        double sum = 0;
        for (double one : evidence) {
            sum += one;
        }
        return sum / evidence.length + priorOfLater();
    }

    /** Difference of shares with the interval that misses with probability {@code alpha} at any time (asymptotic). */
    Effect effect(double alpha) {
        if (originalRequests == 0 || fusedRequests == 0) {
            return Effect.UNKNOWN;
        }
        double a = (originalErrors + 1.0) / (originalRequests + 2.0);
        double b = (fusedErrors + 1.0) / (fusedRequests + 2.0);
        double v = a * (1 - a) / originalRequests + b * (1 - b) / fusedRequests;
        double t = MIXTURE_VARIANCE;
        double half = Math.sqrt(2 * v * (v + t) / t * (Math.log(1 / alpha) + 0.5 * Math.log((v + t) / v)));
        double difference = (double) fusedErrors / fusedRequests - (double) originalErrors / originalRequests;
        return new Effect(difference, difference - half, difference + half);
    }
}
