package dev.sinter.planner.graph;

/**
 * What bounds a fusion group.
 *
 * @param memoryMiB memory of one instance of a group
 * @param members most functions in a group
 * @param cpuMillicores CPU of one instance
 * @param concurrency requests that one instance serves at a time
 * @param sidecarMiB memory of one instance's proxy
 * @param minConfidence least confidence in a call kind for an edge to become local, 0 to 1
 */
public record Limits(
        double memoryMiB,
        int members,
        double cpuMillicores,
        double concurrency,
        double sidecarMiB,
        double minConfidence) {

    /** The published defaults of the call-graph contract. */
    public static final Limits DEFAULT = new Limits(1024, 16, 1000, 10, 45, 0.95);

    public Limits {
        Figures.requireAmount("limits.memoryMiB", memoryMiB);
        Figures.requireAmount("limits.members", members);
        Figures.requirePositive("limits.cpuMillicores", cpuMillicores);
        Figures.requirePositive("limits.concurrency", concurrency);
        Figures.requireAmount("limits.sidecarMiB", sidecarMiB);
        Figures.requireShare("limits.minConfidence", minConfidence);
    }
}
