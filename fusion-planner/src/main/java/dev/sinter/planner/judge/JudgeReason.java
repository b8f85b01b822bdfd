package dev.sinter.planner.judge;

/** Why the judge said so. */
public enum JudgeReason {
    /** Too little seen so far. */
    COLLECTING,
    /** Latency is provably lower, nothing else provably worse. */
    LATENCY_BETTER,
    /** GB-seconds per request are provably lower, latency and errors no worse than the margins allow. */
    COST_BETTER,
    /** Errors burst in the fused arm. */
    ERROR_BURST,
    /** The fused arm provably fails more often. */
    ERRORS_WORSE,
    /** Latency is provably higher. */
    LATENCY_WORSE,
    /** The slowest requests provably became slower. */
    TAIL_WORSE,
    /** GB-seconds per request are provably higher, and nothing is provably better. */
    COST_WORSE,
    /** The arms do not receive the shares of requests that the route says: the comparison is invalid. */
    SAMPLE_RATIO,
    /** Latency and cost differ by less than the margins, provably. */
    WITHIN_MARGINS,
    /** No difference could be proven in the time allowed. */
    FUTILE
}
