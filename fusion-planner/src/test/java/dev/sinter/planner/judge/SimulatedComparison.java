package dev.sinter.planner.judge;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;

/**
 * Two arms under the same load: log latencies that resemble their predecessors in the same arm, load shocks common to
 * both arms that fade over buckets, cost that varies from bucket to bucket.
 */
final class SimulatedComparison implements Comparison {
    private static final double SHOCK_DEVIATION = 0.3;
    private static final double SHOCK_FADES = 0.7;

    private final Random random;
    private Duration length = Duration.ofSeconds(10);
    private double requestsPerBucket = 50;
    private double fusedWeight = 0.5;
    private double deviation = 0.5;
    private double autocorrelation;
    private double latencyEffect;
    private double costEffect;
    private double costDeviation = 0.1;
    private double errorShare = 0.002;
    private double fusedErrorShare = 0.002;
    private double shock;
    private final double[] last = new double[2];
    private Instant now = Instant.EPOCH;

    SimulatedComparison(long seed) {
        random = new Random(seed);
    }

    SimulatedComparison length(Duration value) {
        length = value;
        return this;
    }

    SimulatedComparison requestsPerBucket(double both) {
        requestsPerBucket = both;
        return this;
    }

    SimulatedComparison fusedWeight(double weight) {
        fusedWeight = weight;
        return this;
    }

    SimulatedComparison autocorrelation(double value) {
        autocorrelation = value;
        return this;
    }

    SimulatedComparison deviation(double value) {
        deviation = value;
        return this;
    }

    SimulatedComparison latency(double relativeChange) {
        latencyEffect = Math.log1p(relativeChange);
        return this;
    }

    SimulatedComparison cost(double relativeChange) {
        costEffect = Math.log1p(relativeChange);
        return this;
    }

    SimulatedComparison errors(double original, double fused) {
        errorShare = original;
        fusedErrorShare = fused;
        return this;
    }

    @Override
    public PairedBucket next() {
        shock = SHOCK_FADES * shock
                + Math.sqrt(1 - SHOCK_FADES * SHOCK_FADES) * SHOCK_DEVIATION * random.nextGaussian();
        int requests =
                (int) Math.max(0, Math.round(requestsPerBucket + Math.sqrt(requestsPerBucket) * random.nextGaussian()));
        int fused = 0;
        for (int i = 0; i < requests; i++) {
            fused += random.nextDouble() < fusedWeight ? 1 : 0;
        }
        double costShock = 0.2 * shock;
        PairedBucket bucket = new PairedBucket(
                now,
                length,
                fusedWeight,
                arm(0, requests - fused, 4 + shock, errorShare, costShock),
                arm(1, fused, 4 + shock + latencyEffect, fusedErrorShare, costShock + costEffect));
        now = now.plus(length);
        return bucket;
    }

    private ArmBucket arm(int which, int requests, double mean, double errorProbability, double logCost) {
        double sum = 0;
        double squares = 0;
        double largest = 0;
        int errors = 0;
        double fresh = Math.sqrt(1 - autocorrelation * autocorrelation);
        for (int i = 0; i < requests; i++) {
            last[which] = autocorrelation * last[which] + fresh * random.nextGaussian();
            double log = mean + deviation * last[which];
            sum += log;
            squares += log * log;
            largest = Math.max(largest, log);
            errors += random.nextDouble() < errorProbability ? 1 : 0;
        }
        double gbSeconds = requests * 0.01 * Math.exp(logCost + costDeviation * random.nextGaussian());
        return new ArmBucket(requests, errors, sum, squares, requests == 0 ? 0 : Math.exp(largest), gbSeconds);
    }
}
