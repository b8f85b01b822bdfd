package dev.sinter.planner.judge;

import java.util.Arrays;

/**
 * A weighted mean of one paired difference per bucket, and how sure it is.
 *
 * <p>Buckets, not requests, are the unit: requests of one bucket resemble each other. Each difference is weighted by
 * nm/(n+m) of the arms' requests, so that its variance per weight is the same for all buckets.
 */
final class MeanDifference {
    private double[] differences = new double[64];
    private double[] weights = new double[64];
    private int buckets;
    private double weightSum;
    private double weightedSum;

    void add(double difference, double weight) {
        if (buckets == differences.length) {
            differences = Arrays.copyOf(differences, buckets * 2);
            weights = Arrays.copyOf(weights, buckets * 2);
        }
        differences[buckets] = difference;
        weights[buckets++] = weight;
        weightSum += weight;
        weightedSum += weight * difference;
    }

    int buckets() {
        return buckets;
    }

    double mean() {
        return weightedSum / weightSum;
    }

    double weightSum() {
        return weightSum;
    }

    /** Variance of one difference of weight 1, from how differences vary between buckets; NaN below 2 buckets. */
    double varianceBetween() {
        double mean = mean();
        double sum = 0;
        for (int i = 0; i < buckets; i++) {
            double deviation = differences[i] - mean;
            sum += weights[i] * deviation * deviation;
        }
        return buckets < 2 ? Double.NaN : sum / (buckets - 1);
    }

    /**
     * How much larger the variance of the mean is than independent buckets would make it, at least 1: Bartlett's sum of
     * the autocorrelations (Newey and West 1987) over the cube root of the number of buckets.
     */
    double dependence() {
        int lags = (int) Math.cbrt(buckets);
        if (buckets < 8) {
            return 1;
        }
        double mean = mean();
        double square = 0;
        for (int i = 0; i < buckets; i++) {
            square += weights[i] * (differences[i] - mean) * (differences[i] - mean);
        }
        double factor = 1;
        double noise = 0;
        for (int lag = 1; lag <= lags && square > 0; lag++) {
            double product = 0;
            for (int i = lag; i < buckets; i++) {
                product += Math.sqrt(weights[i] * weights[i - lag])
                        * (differences[i] - mean)
                        * (differences[i - lag] - mean);
            }
            double share = 2 * (1 - lag / (lags + 1.0));
            factor += share * product / square;
            noise += share * share / buckets;
        }
        return Math.max(1, factor - Math.sqrt(noise));
    }
}
