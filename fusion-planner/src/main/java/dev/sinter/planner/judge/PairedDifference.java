package dev.sinter.planner.judge;

import java.util.function.ToDoubleFunction;

/**
 * Evidence on the mean of paired differences, one per block, that may resemble their predecessors: a Bayes factor in
 * which the blocks' variance and their autocorrelation are unknown and averaged out, so that neither has to be
 * estimated before anything can be said (mixture sequential test, Robbins 1970; with unknown variance, Lai 1976; errors
 * as a first-order autoregression, Zellner and Tiao 1964).
 *
 * <p>Each difference is weighted by nm/(n+m) of the arms' requests, which makes the variance per weight alike in all
 * blocks. Whatever a prior says of that variance counts as much as {@code PRIOR_BLOCKS} blocks.
 */
final class PairedDifference {
    private static final double PRIOR_BLOCKS = 8;

    /**
     * What the noise may be like: autocorrelation of blocks, how many times the expected variance, and how likely that
     * is beforehand. Blocks that resemble each other are made of requests that do, so they vary more as well: this is
     * what lets independent requests be taken as such after a few blocks.
     */
    private static final double[] AUTOCORRELATIONS = {0, 0, 0.3, 0.2, 0.4, 0.6, 0.8};

    private static final double[] FACTORS = {1, 4, 1.8, 5, 4, 5, 6};
    private static final double[] PRIOR = {0.68, 0.08, 0.12, 0.04, 0.04, 0.03, 0.01};

    private final double[] effects;
    private final double[] below;
    private final double[] above;
    private final Whitened[] whitened = new Whitened[AUTOCORRELATIONS.length];
    private double priorVariance = 1;
    private int blocks;

    /**
     * @param effects sizes of the difference that evidence is gathered for, above 0
     * @param below shares of the prior on each of them below 0, 1 in sum
     * @param above shares of the prior on each of them above 0, 1 in sum
     */
    PairedDifference(double[] effects, double[] below, double[] above) {
        this.effects = effects.clone();
        this.below = below.clone();
        this.above = above.clone();
        for (int i = 0; i < whitened.length; i++) {
            whitened[i] = new Whitened(AUTOCORRELATIONS[i], FACTORS[i]);
        }
    }

    void add(double difference, double weight) {
        for (Whitened one : whitened) {
            one.add(difference, Math.sqrt(weight));
        }
        blocks++;
    }

    /** Sets what is believed of the variance of one difference of weight 1 before blocks say otherwise. */
    void expectVariance(double variance) {
        priorVariance = variance;
    }

    int blocks() {
        return blocks;
    }

    /** Evidence (an e-value) that the mean lies below 0, against 0 or above. */
    double evidenceBelow() {
        return evidence(-1, below);
    }

    /** Evidence that the mean lies above 0, against 0 or below. */
    double evidenceAbove() {
        return evidence(1, above);
    }

    private double evidence(int sign, double[] shares) {
        if (blocks == 0) {
            return 1;
        }
        double none = logLikelihood(0);
        double sum = 0;
        for (int i = 0; i < effects.length; i++) {
            sum += shares[i] * Math.exp(Math.min(500, logLikelihood(sign * effects[i]) - none));
        }
        return sum;
    }

    /** Most plausible mean. */
    double mean() {
        return average(Whitened::mean);
    }

    /** Variance of that mean, autocorrelation and doubt about it included. */
    double variance() {
        double mean = mean();
        return average(one -> one.variance(priorVariance) / one.information() + square(one.mean() - mean));
    }

    /** Variance of the mean times the weight it rests on: what one difference of weight 1 adds. */
    double variancePerWeight() {
        return variance() * whitened[0].information();
    }

    /**
     * Half of the interval around the mean that misses with probability {@code alpha} at any time.
     *
     * @param scale of the differences for which the interval is narrowest
     */
    double halfInterval(double alpha, double scale) {
        double v = variance();
        double t = scale * scale;
        return Math.sqrt(2 * v * (v + t) / t * (Math.log(1 / alpha) + 0.5 * Math.log((v + t) / v)));
    }

    private double logLikelihood(double mean) {
        double largest = Double.NEGATIVE_INFINITY;
        double[] logs = new double[whitened.length];
        for (int i = 0; i < logs.length; i++) {
            logs[i] = Math.log(PRIOR[i]) + whitened[i].logLikelihood(mean, priorVariance);
            largest = Math.max(largest, logs[i]);
        }
        double sum = 0;
        for (double log : logs) {
            sum += Math.exp(log - largest);
        }
        return largest + Math.log(sum);
    }

    /** Mean of a figure over the autocorrelations, by how plausible each is. */
    private double average(ToDoubleFunction<Whitened> figure) {
        double largest = Double.NEGATIVE_INFINITY;
        double[] logs = new double[whitened.length];
        for (int i = 0; i < logs.length; i++) {
            Whitened one = whitened[i];
            logs[i] = Math.log(PRIOR[i]) + one.logLikelihood(one.mean(), priorVariance);
            largest = Math.max(largest, logs[i]);
        }
        double sum = 0;
        double weights = 0;
        for (int i = 0; i < logs.length; i++) {
            double weight = Math.exp(logs[i] - largest);
            weights += weight;
            sum += weight * figure.applyAsDouble(whitened[i]);
        }
        return sum / weights;
    }

    private static double square(double x) {
        return x * x;
    }

    /** Sums over the differences with one autocorrelation taken out of them. */
    private static final class Whitened {
        private final double autocorrelation;

        /** Share of the expected variance that an innovation is believed to have. */
        private final double innovationFactor;

        private double squares;
        private double products;
        private double information;
        private double lastDifference;
        private double lastRoot;
        private int blocks;

        Whitened(double autocorrelation, double factor) {
            this.autocorrelation = autocorrelation;
            innovationFactor = factor * (1 - square(autocorrelation));
        }

        void add(double difference, double root) {
            boolean first = blocks == 0;
            double scale = first ? Math.sqrt(1 - square(autocorrelation)) : 1;
            double y = scale * root * difference - (first ? 0 : autocorrelation * lastRoot * lastDifference);
            double x = scale * root - (first ? 0 : autocorrelation * lastRoot);
            squares += y * y;
            products += x * y;
            information += x * x;
            lastDifference = difference;
            lastRoot = root;
            blocks++;
        }

        double mean() {
            return information == 0 ? 0 : products / information;
        }

        double information() {
            return information;
        }

        double residue(double mean) {
            return Math.max(0, squares - 2 * mean * products + mean * mean * information);
        }

        /** Variance of one innovation. */
        double variance(double prior) {
            double innovation = prior * innovationFactor;
            return (PRIOR_BLOCKS * innovation + residue(mean())) / (PRIOR_BLOCKS + Math.max(0, blocks - 1));
        }

        double logLikelihood(double mean, double prior) {
            double innovation = PRIOR_BLOCKS * prior * innovationFactor;
            return 0.5 * Math.log(1 - square(autocorrelation))
                    + PRIOR_BLOCKS / 2 * Math.log(innovation)
                    - (blocks + PRIOR_BLOCKS) / 2 * Math.log(innovation + residue(mean));
        }
    }
}
