package dev.sinter.planner.graph;

/** How a caller treats the response of one edge's calls. */
public enum CallKind {
    /** The caller waits for the response, and nothing else of it runs meanwhile. */
    BLOCKING,
    /** The caller answers without waiting for the response. */
    ASYNC,
    /** The caller waits, while other calls of the same request are under way. */
    PARALLEL,
    /** Not enough evidence, or evidence that contradicts itself. */
    UNKNOWN
}
