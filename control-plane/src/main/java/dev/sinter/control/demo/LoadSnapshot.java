package dev.sinter.control.demo;

/**
 * How the load stands now.
 *
 * @param sent since the start, all phases
 * @param failed unanswered, or answered with another status than expected
 * @param differing answered as expected, but with another body
 * @param inFlight sent and not yet answered
 * @param recentRatePerSecond answers of the last seconds
 * @param recentP50Ms their median latency, 0 where there was none
 */
public record LoadSnapshot(
        Phase phase,
        long sent,
        long failed,
        long differing,
        int inFlight,
        double recentRatePerSecond,
        double recentP50Ms) {}
