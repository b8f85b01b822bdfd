package dev.sinter.planner.judge;

import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;

/**
 * Two arms as they might be, shaped unlike anything the judge assumes: load that jumps between calm, busy and overloaded
 * and slows both arms; requests in bursts that share a size of their own; a Pareto tail; noise of each arm's own
 * machine that drifts from bucket to bucket; cost that is nothing but memory times the milliseconds served, heavy tail
 * included; failures that come with overload.
 */
final class MarkovLoadComparison implements Comparison {
    private static final double[] RATE = {0.7, 1.2, 2};
    private static final double[] SLOWDOWN = {0, 0.25, 0.9};
    private static final double[][] LEAVE = {{0.95, 0.045, 0.005}, {0.15, 0.78, 0.07}, {0.05, 0.35, 0.6}};
    private static final double OVERLOAD_ERRORS = 0.03;
    private static final double TAIL_SHARE = 0.02;
    private static final double TAIL_SHAPE = 2.2;
    private static final double BURST_GOES_ON = 0.6;
    private static final double BURST_DEVIATION = 0.3;
    private static final double DRIFT_STAYS = 0.5;

    private final SplittableRandom random;
    private final Duration length;
    private final double requestsPerBucket;
    private final double fusedWeight;
    private final double latencyEffect;
    private final double driftDeviation;
    private final double[] drift = new double[2];
    private int load;
    private double burst;
    private Instant now = Instant.EPOCH;

    /**
     * @param requestsPerBucket of both arms on average
     * @param latencyChange of every request of the fused arm, relative
     * @param driftDeviation of the logarithm of each machine's own slowness
     */
    MarkovLoadComparison(
            long seed,
            Duration length,
            double requestsPerBucket,
            double fusedWeight,
            double latencyChange,
            double driftDeviation) {
        random = new SplittableRandom(seed);
        this.length = length;
        this.requestsPerBucket = requestsPerBucket;
        this.fusedWeight = fusedWeight;
        this.latencyEffect = Math.log1p(latencyChange);
        this.driftDeviation = driftDeviation;
    }

    @Override
    public PairedBucket next() {
        double step = random.nextDouble();
        double[] leave = LEAVE[load];
        load = step < leave[0] ? 0 : step < leave[0] + leave[1] ? 1 : 2;
        Arm[] arms = {new Arm(), new Arm()};
        for (int arm = 0; arm < 2; arm++) {
            drift[arm] = DRIFT_STAYS * drift[arm]
                    + Math.sqrt(1 - DRIFT_STAYS * DRIFT_STAYS) * driftDeviation * random.nextGaussian();
        }
        double end = RATE[load] * requestsPerBucket;
        for (double at = gap(); at < end; at += gap()) {
            if (random.nextDouble() > BURST_GOES_ON) {
                burst = BURST_DEVIATION * random.nextGaussian();
            }
            int which = random.nextDouble() < fusedWeight ? 1 : 0;
            double log = 3.5 + SLOWDOWN[load] + burst + drift[which] + 0.4 * random.nextGaussian();
            if (random.nextDouble() < TAIL_SHARE) {
                log += 1 - Math.log(1 - random.nextDouble()) / TAIL_SHAPE;
            }
            arms[which].add(log + (which == 1 ? latencyEffect : 0), random.nextDouble() < errorProbability());
        }
        PairedBucket bucket = new PairedBucket(now, length, fusedWeight, arms[0].bucket(), arms[1].bucket());
        now = now.plus(length);
        return bucket;
    }

    private double errorProbability() {
        return load == 2 ? OVERLOAD_ERRORS : 0.001;
    }

    private double gap() {
        return -Math.log(1 - random.nextDouble());
    }

    private static final class Arm {
        private int requests;
        private int errors;
        private double sum;
        private double squares;
        private double sumMs;
        private double largest;

        void add(double log, boolean error) {
            requests++;
            errors += error ? 1 : 0;
            sum += log;
            squares += log * log;
            sumMs += Math.exp(log);
            largest = Math.max(largest, log);
        }

        ArmBucket bucket() {
            double gbSeconds = 0.05 * sumMs / 1000;
            return new ArmBucket(requests, errors, sum, squares, requests == 0 ? 0 : Math.exp(largest), gbSeconds);
        }
    }
}
