package dev.sinter.planner.sizing;

import dev.sinter.planner.graph.PlanningException;

/**
 * What was seen of one instance at one size.
 *
 * @param size it had
 * @param peakMiB largest working set
 * @param ranOutOfMemory whether the kernel ended it for lack of memory: then {@code peakMiB} is too low
 * @param usedMillicores CPU over the busiest minute
 * @param cpuMsPerRequest CPU time of one request
 * @param latencyMs the latency that the objective is about
 */
public record Measurement(
        Size size,
        double peakMiB,
        boolean ranOutOfMemory,
        double usedMillicores,
        double cpuMsPerRequest,
        double latencyMs) {
    public Measurement {
        requireAmount("peakMiB", peakMiB);
        requireAmount("usedMillicores", usedMillicores);
        requireAmount("cpuMsPerRequest", cpuMsPerRequest);
        requireAmount("latencyMs", latencyMs);
        requireAmount("size.memoryMiB", size.memoryMiB());
        requireAmount("size.cpuMillicores", size.cpuMillicores());
    }

    private static void requireAmount(String name, double value) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new PlanningException("SNT0301", name + ": " + value + " (expected: a finite number, at least 0)");
        }
    }
}
