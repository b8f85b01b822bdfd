package dev.sinter.planner.graph;

/** How functions of one fusion group share a workload, strongest first. */
public enum Tier {
    /** One interpreter. */
    IN_PROCESS,
    /** Preloaded libraries, one forked child each. */
    FORKED,
    /** Unmodified processes in one container. */
    CO_PROCESS,
    /** Unmodified containers in one pod. */
    CO_POD
}
