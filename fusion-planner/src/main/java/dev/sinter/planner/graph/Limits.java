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
        Figures.requireAmount(memoryMiB, "limits.memoryMiB");
        Figures.requireAmount(members, "limits.members");
        Figures.requirePositive(cpuMillicores, "limits.cpuMillicores");
        Figures.requirePositive(concurrency, "limits.concurrency");
        Figures.requireAmount(sidecarMiB, "limits.sidecarMiB");
        Figures.requireShare(minConfidence, "limits.minConfidence");
    }
}
