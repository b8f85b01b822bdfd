package dev.sinter.planner.hysteresis;

import java.time.Duration;
import java.time.Instant;

/**
 * When the sleeping originals of a fused group are woken for a short hold-out: soon after promotion, ever more rarely
 * while probes confirm the gain, and at once when the fused group's load or speed has left what was measured.
 *
 * @param first wait after promotion
 * @param longest wait between probes that confirm each other
 * @param length of a probe
 * @param rateFactor a rate this many times higher or lower than at the last probe is a doubt
 * @param latencyFactor so is a latency this many times higher
 */
public record ProbeSchedule(
        Duration first, Duration longest, Duration length, double rateFactor, double latencyFactor) {

    /** For services in production. */
    public static final ProbeSchedule DEFAULT =
            new ProbeSchedule(Duration.ofHours(1), Duration.ofHours(24), Duration.ofMinutes(5), 2, 1.3);

    /**
     * What was measured of a fused group.
     *
     * @param ratePerSecond of requests from outside the group
     * @param latencyMs median of these
     */
    public record Reading(double ratePerSecond, double latencyMs) {}

    /** When the next probe is due, after {@code confirmed} probes in a row that confirmed the gain. */
    public Instant due(Instant last, int confirmed) {
        Duration wait = first;
        for (int i = 0; i < confirmed && wait.compareTo(longest) < 0; i++) {
            wait = wait.multipliedBy(2);
        }
        return last.plus(wait.compareTo(longest) > 0 ? longest : wait);
    }

    /** Whether {@code now} differs so much from the reading of the last probe that a new one is due at once. */
    public boolean isDoubtful(Reading then, Reading now) {
        return now.ratePerSecond() > rateFactor * then.ratePerSecond()
                || now.ratePerSecond() * rateFactor < then.ratePerSecond()
                || now.latencyMs() > latencyFactor * then.latencyMs();
    }
}
