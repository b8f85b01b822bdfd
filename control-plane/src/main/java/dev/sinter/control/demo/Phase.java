package dev.sinter.control.demo;

/** What a request of the load counts for, by the moment at which it was due. */
public enum Phase {
    /** The application warms up, and its answers are learnt. */
    STARTING,
    /** Measured with every function on its own. */
    BEFORE,
    FUSING,
    /** Measured with the fused workload serving everything. */
    AFTER,
    UNFUSING
}
