package dev.sinter.planner.judge;

/** What the judge says of a running comparison of a fused workload with the originals. */
public enum Verdict {
    /** Something got provably better and nothing worse. */
    BETTER,
    /** Something got provably worse, or the comparison broke. */
    WORSE,
    /** Provably no difference that matters, or none found in the time allowed. */
    EQUIVALENT,
    /** Not enough seen yet. */
    UNDECIDED
}
