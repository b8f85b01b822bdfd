package dev.sinter.planner.judge;

import java.time.Duration;

/**
 * How a comparison is judged.
 *
 * @param falsePromotions largest probability of {@code BETTER} where nothing is better
 * @param falseRollbacks largest probability of {@code WORSE} by latency, tail or cost where nothing is worse
 * @param falseErrorAlarms largest probability of {@code WORSE} by errors where both arms fail alike
 * @param warmUp buckets that start earlier than this after the first one count for errors only
 * @param warmUpRequests so do buckets before the fused arm answered this many requests
 * @param settle buckets that start earlier than this after a change of weight count for errors only
 * @param latencyMargin relative change of latency that does not matter
 * @param latencyTolerance largest relative rise of latency to be ruled out before cost alone decides
 * @param tailMargin relative rise of the 99th percentile that does not matter
 * @param costMargin relative change of GB-seconds per request that does not matter
 * @param errorTolerance largest rise of the share of failed requests, above the original's own share, to be ruled
 *     out before {@code BETTER}
 * @param expectedEffect relative change of latency that the test is tuned to find
 * @param blockRequests consecutive buckets of equal weight count as one until each arm answered this many requests
 * @param minBlocks fewest such blocks before a verdict by anything but errors
 * @param timeout after this long without proof the comparison is futile
 */
public record JudgePolicy(
        double falsePromotions,
        double falseRollbacks,
        double falseErrorAlarms,
        Duration warmUp,
        long warmUpRequests,
        Duration settle,
        double latencyMargin,
        double latencyTolerance,
        double tailMargin,
        double costMargin,
        double errorTolerance,
        double expectedEffect,
        long blockRequests,
        int minBlocks,
        Duration timeout) {

    /** For buckets of 10 s of a service in production. */
    public static final JudgePolicy DEFAULT = new JudgePolicy(
            0.05,
            0.05,
            0.001,
            Duration.ofMinutes(2),
            200,
            Duration.ofSeconds(10),
            0.01,
            0.05,
            0.1,
            0.02,
            0.02,
            0.1,
            15,
            8,
            Duration.ofMinutes(60));

    /** For buckets of 2 s of a demonstration that is over within minutes. */
    public static final JudgePolicy DEMO = new JudgePolicy(
            0.05,
            0.05,
            0.001,
            Duration.ofSeconds(4),
            5,
            Duration.ofSeconds(2),
            0.02,
            0.1,
            0.25,
            0.02,
            0.1,
            0.1,
            5,
            3,
            Duration.ofMinutes(5));
}
