package dev.sinter.planner.judge;

/**
 * The judge's answer after the last bucket.
 *
 * @param verdict what to do
 * @param reason why
 * @param latency change of the geometric mean of latency
 * @param errorShare difference of the shares of failed requests (not relative)
 * @param cost change of GB-seconds per request
 * @param blocks of buckets that counted
 * @param requestsPerArm smaller of both arms' requests that counted
 */
public record Judgement(
        Verdict verdict,
        JudgeReason reason,
        Effect latency,
        Effect errorShare,
        Effect cost,
        int blocks,
        long requestsPerArm) {}
