package dev.sinter.planner.graph;

/**
 * What a tier costs.
 *
 * @param localHopMs what a local call adds to the callee's own time, milliseconds, at least 0
 * @param sharesBase whether members of one runtime share its base memory
 */
public record TierCost(double localHopMs, boolean sharesBase) {

    public TierCost {
        Figures.requireAmount(localHopMs, "localHopMs of a tier");
    }
}
