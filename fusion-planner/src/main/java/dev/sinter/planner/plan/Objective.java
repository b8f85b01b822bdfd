package dev.sinter.planner.plan;

/** What a plan is to make small. Ties (1e-9): smaller resident memory, then lower latency, then fewer members in sum. */
public enum Objective {
    /** Mean time of a request from outside. */
    LATENCY,
    /** GB-seconds per second. */
    COST,
    /** Resident memory of all instances and their proxies. */
    MEMORY,
    /** Mean of latency and of memory held and used, each relative to all functions apart. */
    BALANCED;

    /** The name in JSON and on the command line: lower case. */
    public String id() {
        return switch (this) {
            case LATENCY -> "latency";
            case COST -> "cost";
            case MEMORY -> "memory";
            case BALANCED -> "balanced";
        };
    }
}
