package dev.sinter.planner.judge;

/**
 * Sequential test that the fused arm fails more often: safe test for two proportions (Turner, Ly and Grünwald 2024),
 * bucket by bucket, so that failures common to both arms cancel.
 *
 * <p>Evidence is averaged over several odds ratios, from twice as many failures to nothing but failures. The smallest
 * one sets what counts: failures that are not nearly twice as frequent gather no evidence.
 */
final class ErrorStream {
    private static final double[] ODDS_RATIOS = {2, 5, 25, 400};
    private static final double MIXTURE_VARIANCE = 4e-4;
    private static final double PRIOR_ERRORS = 0.5;
    private static final double PRIOR_REQUESTS = 100;

    private final double[] logEvidence = new double[ODDS_RATIOS.length];
    private long originalRequests;
    private long originalErrors;
    private long fusedRequests;
    private long fusedErrors;

    void add(ArmBucket original, ArmBucket fused) {
        double share = (originalErrors + PRIOR_ERRORS) / (originalRequests + PRIOR_REQUESTS);
        for (int i = 0; i < ODDS_RATIOS.length; i++) {
            double odds = ODDS_RATIOS[i] * share / (1 - share);
            double fusedShare = odds / (1 + odds);
            double requests = original.requests() + fused.requests();
            if (requests > 0) {
                double pooled = (original.requests() * share + fused.requests() * fusedShare) / requests;
                logEvidence[i] += logRatio(original, share, pooled) + logRatio(fused, fusedShare, pooled);
            }
        }
        originalRequests += original.requests();
        originalErrors += original.errors();
        fusedRequests += fused.requests();
        fusedErrors += fused.errors();
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
        for (double log : logEvidence) {
            sum += Math.exp(Math.min(500, log));
        }
        return sum / logEvidence.length;
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
