package dev.sinter.control.lifecycle;

/** Where a fusion group stands. What may follow what is in {@link Lifecycle#table()}. */
public enum GroupState {
    /** Found worth fusing; waits for approval. */
    PROPOSED,
    /** Approved; waits for its turn. */
    APPROVED,
    /** The fused image is being built. */
    BUILDING,
    /** The fused workload is being started. */
    DEPLOYING,
    /** The fused workload answers recorded requests beside the originals. */
    VERIFYING,
    /** Traffic is shared between originals and fused workload, and judged. */
    SHIFTING,
    /** The fused workload serves everything; the originals sleep. */
    FUSED,
    /** The originals are awake for a short while and get a small share of traffic, so that both arms are measured again. */
    PROBING,
    /** Going back to the originals. */
    UNFUSING,
    /** The originals serve everything again; nothing of the group runs. */
    UNFUSED,
    /** As {@link #UNFUSED}, because something went wrong. */
    FAILED;

    /** Whether nothing more happens to a group in this state unless somebody asks. */
    public boolean atRest() {
        return this == PROPOSED || this == FUSED || this == UNFUSED || this == FAILED;
    }
}
