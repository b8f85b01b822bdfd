package dev.sinter.planner.graph;

/**
 * One function as seen over a window.
 *
 * @param name unique in its graph
 * @param entry whether requests reach it from outside the graph
 * @param runtime interpreter or virtual machine with its version, such as {@code python3.13}
 * @param ratePerSecond requests it receives
 * @param busyMs its own time per request, without waiting for calls
 * @param baseMiB memory of its runtime, shared by members of equal runtime where the tier shares
 * @param ownMiB memory on top of the base
 * @param cpuMillicores CPU of all its instances together at {@code ratePerSecond}
 * @param trust trust domain; only equal ones may share a group
 */
public record FunctionNode(
        String name,
        boolean entry,
        String runtime,
        double ratePerSecond,
        double busyMs,
        double baseMiB,
        double ownMiB,
        double cpuMillicores,
        String trust) {

    public FunctionNode {
        Figures.requireName("name of a function", name);
        Figures.requireAmount(ratePerSecond, "ratePerSecond of function ", name);
        Figures.requireAmount(busyMs, "busyMs of function ", name);
        Figures.requireAmount(baseMiB, "baseMiB of function ", name);
        Figures.requireAmount(ownMiB, "ownMiB of function ", name);
        Figures.requireAmount(cpuMillicores, "cpuMillicores of function ", name);
    }
}
