package dev.sinter.planner.plan;

/** Why calls of a pair stay remote. */
public enum ReasonCode {
    /** A function calls itself; its copies answer such calls from its home. */
    SELF_CALL,
    /** No calls were seen, or none reach the caller. */
    NO_TRAFFIC,
    /** Some of the calls do not wait for the response. */
    ASYNC,
    /** For some of the calls it is unknown whether the caller waits. */
    UNKNOWN_KIND,
    /** The caller seems to wait, with less confidence than the limits ask for. */
    LOW_CONFIDENCE,
    /** The functions belong to different trust domains. */
    TRUST,
    /** The pair is on the list of forbidden pairs. */
    FORBIDDEN,
    /** The two together need more memory than one instance may have. */
    MEMORY_LIMIT,
    /** Groups may not have as many members. */
    MEMBER_LIMIT,
    /** Local pairs may not form a cycle, and breaking it elsewhere is better. */
    CYCLE,
    /** Allowed, but the plan would be worth less. */
    NO_GAIN
}
