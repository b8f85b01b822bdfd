package dev.sinter.control.demo;

import java.time.Duration;
import java.util.Map;

/**
 * What came of the requests that were due in one phase.
 *
 * @param length how long the phase lasted, all its visits together
 * @param requests due; each has succeeded, failed or differed
 * @param succeeded answered as expected
 * @param failures requests without the expected answer, by cause
 * @param differing requests answered with another body than before fusing
 * @param latencyMs from the moment a request was due, of all that were answered
 */
public record PhaseLoad(
        Phase phase,
        Duration length,
        long requests,
        long succeeded,
        Map<String, Long> failures,
        long differing,
        LatencyMs latencyMs) {

    public PhaseLoad {
        failures = Map.copyOf(failures);
    }

    public long failed() {
        return failures.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Answers as expected per second. */
    public double ratePerSecond() {
        double seconds = length.toNanos() / 1e9;
        return seconds == 0 ? 0 : succeeded / seconds;
    }
}
