package dev.sinter.collector.pairing;

/**
 * Wald's sequential probability ratio test of a rate: at most 0.2 % against at least 5 %, both errors 1 %. Without a
 * violation it accepts after 94 trials; with every second trial a violation it rejects after 4.
 *
 * <p>The sum is held between the two bounds, so old evidence never outweighs a change of behaviour: one violation
 * after acceptance takes the acceptance back at once, and 66 clean trials earn it again.
 */
public final class Sprt {

    private static final double LOW = 0.002;
    private static final double HIGH = 0.05;

    /** Log likelihood ratio that one trial without violation adds. */
    public static final double CLEAN = Math.log((1 - HIGH) / (1 - LOW));

    /** Log likelihood ratio that one violation adds. */
    public static final double VIOLATION = Math.log(HIGH / LOW);

    /** Log likelihood ratio at which a rate of 5 % is believed; its negative is where 0.2 % is. */
    public static final double BOUND = Math.log(0.99 / 0.01);

    private double logRatio;

    void add(boolean violation) {
        logRatio = Math.clamp(logRatio + (violation ? VIOLATION : CLEAN), -BOUND, BOUND);
    }

    /** Violations are as rare as noise. */
    boolean accepted() {
        return logRatio <= -BOUND;
    }

    /** Violations are behaviour. */
    boolean rejected() {
        return logRatio >= BOUND;
    }
}
