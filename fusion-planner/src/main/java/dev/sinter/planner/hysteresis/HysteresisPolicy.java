package dev.sinter.planner.hysteresis;

import java.time.Duration;

/**
 * How steady decisions are.
 *
 * @param enterMargin least share of the objective's present value that a change has to save
 * @param leaveMargin share by which a running fusion may be slower than its originals before that undoes it
 * @param dwell a function that a change has just moved is not moved again this long
 * @param firstBackOff wait after a group's first failure by one cause; doubled by every further one
 * @param longestBackOff longest such wait
 */
public record HysteresisPolicy(
        double enterMargin, double leaveMargin, Duration dwell, Duration firstBackOff, Duration longestBackOff) {

    /** For services in production. */
    public static final HysteresisPolicy DEFAULT =
            new HysteresisPolicy(0.05, 0.02, Duration.ofMinutes(30), Duration.ofHours(1), Duration.ofDays(7));

    /** For a demonstration that is over within minutes. */
    public static final HysteresisPolicy QUICK =
            new HysteresisPolicy(0.05, 0.02, Duration.ofSeconds(30), Duration.ofMinutes(2), Duration.ofHours(1));

    /** How long a group is left alone after it failed {@code times} times by one cause. */
    public Duration backOff(int times) {
        if (times <= 0) {
            return Duration.ZERO;
        }
        Duration wait = firstBackOff;
        for (int i = 1; i < times && wait.compareTo(longestBackOff) < 0; i++) {
            wait = wait.multipliedBy(2);
        }
        return wait.compareTo(longestBackOff) > 0 ? longestBackOff : wait;
    }
}
