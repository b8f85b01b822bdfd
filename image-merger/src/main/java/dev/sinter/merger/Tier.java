package dev.sinter.merger;

/** How functions share a workload, strongest first. */
public enum Tier {
    /** One interpreter. */
    IN_PROCESS,
    /** Preloaded libraries, one forked child each. */
    FORKED,
    /** Unmodified processes in one container. */
    CO_PROCESS,
    /** Unmodified containers in one pod: nothing is merged. */
    CO_POD;

    /** The weaker of two. */
    public Tier and(Tier other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
