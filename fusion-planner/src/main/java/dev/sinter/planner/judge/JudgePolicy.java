package dev.sinter.planner.judge;

import java.time.Duration;

/**
 * How a comparison is judged.
 *
 * @param falseAlarms most probable share of wrong verdicts, split over the streams
 * @param rollbackFalseAlarms the same for the error stream alone
 * @param warmUp buckets that start earlier after the first one do not count
 * @param warmUpRequests nor do buckets before the fused arm answered this many requests
 * @param latencyMargin relative change of latency that does not matter
 * @param costMargin relative change of GB-seconds per request that does not matter
 * @param errorMargin difference of error shares that does not matter
 * @param expectedEffect relative change that tests are tuned to find
 * @param minBuckets fewest counted buckets before a verdict other than on errors
 * @param timeout after this long without proof the comparison is futile
 */
public record JudgePolicy(
        double falseAlarms,
        double rollbackFalseAlarms,
        Duration warmUp,
        long warmUpRequests,
        double latencyMargin,
        double costMargin,
        double errorMargin,
        double expectedEffect,
        int minBuckets,
        Duration timeout) {

    /** For 10 s buckets of a service in production. */
    public static final JudgePolicy DEFAULT =
            new JudgePolicy(0.05, 0.001, Duration.ofMinutes(2), 200, 0.01, 0.01, 0.005, 0.1, 6, Duration.ofMinutes(60));

    /** For 2 s buckets of a demonstration that is over within minutes. */
    public static final JudgePolicy DEMO =
            new JudgePolicy(0.05, 0.001, Duration.ofSeconds(4), 20, 0.05, 0.02, 0.02, 0.1, 3, Duration.ofMinutes(5));
}
