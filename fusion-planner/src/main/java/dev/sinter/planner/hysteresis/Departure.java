package dev.sinter.planner.hysteresis;

/**
 * A running group that is no longer worth running.
 *
 * @param group its name
 * @param cause why
 * @param detail for people: the figures, or what about it is no plan now
 */
public record Departure(String group, Cause cause, String detail) {

    /** Why a group is to be left. */
    public enum Cause {
        /** All that runs is worth more without it, by more than the margin. */
        NO_GAIN,
        /** The newest graph does not allow it: a limit, a forbidden pair, calls that are not waited for, no traffic. */
        NO_PLAN
    }
}
