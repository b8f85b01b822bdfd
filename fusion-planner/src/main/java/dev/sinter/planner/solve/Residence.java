package dev.sinter.planner.solve;

import java.util.Arrays;

/**
 * A lower bound of the resident memory of groups that are yet to be made for some functions: their own memory, as often
 * as their own work needs instances; and bases and proxies, the larger of what the fewest groups that can hold them need
 * and what the instances for their work do.
 *
 * <p>Valid because a group has at least as many instances as any of its members needs and as all need together. Not safe
 * for use by several threads.
 */
final class Residence {
    private final Model model;
    private final double[] largestBase;
    private final double sidecarMiB;
    private double ownMiB;
    private double placedMiB;
    private double leastBaseMiB;
    private double byCpuMiB;
    private double byBusyMiB;
    private int count;

    Residence(Model model) {
        this.model = model;
        largestBase = new double[model.runtimes];
        sidecarMiB = model.limits.sidecarMiB();
    }

    /** Starts anew: functions of one area. */
    void start() {
        Arrays.fill(largestBase, 0);
        ownMiB = 0;
        placedMiB = 0;
        leastBaseMiB = Double.POSITIVE_INFINITY;
        byCpuMiB = 0;
        byBusyMiB = 0;
        count = 0;
    }

    /**
     * Adds a function.
     *
     * @param ownInstances instances that hold its own memory, at least
     * @param cpuInstances instances that all its work needs
     * @param busyInstances instances that the calls need which will come to its home for sure
     * @param needsNewGroup whether it can be in no group made before
     */
    void add(int f, double ownInstances, double cpuInstances, double busyInstances, boolean needsNewGroup) {
        ownMiB += model.ownMiB[f] * Math.max(1, ownInstances);
        if (needsNewGroup) {
            count++;
            double base = model.baseMiB[f];
            placedMiB += Math.min(model.ownMiB[f], Math.max(0, model.limits.memoryMiB() - base));
            leastBaseMiB = Math.min(leastBaseMiB, base);
            largestBase[model.runtime[f]] = Math.max(largestBase[model.runtime[f]], base);
            byCpuMiB += cpuInstances * (base + sidecarMiB);
            byBusyMiB += busyInstances * (base + sidecarMiB);
        }
    }

    double leastMiB() {
        return ownMiB + Math.max(Math.max(byCpuMiB, byBusyMiB), count == 0 ? 0 : basesAndProxiesMiB());
    }

    private double basesAndProxiesMiB() {
        double room = model.limits.memoryMiB() - leastBaseMiB;
        double byMemory = room > 0 ? Math.ceil(placedMiB / room * (1 - 1e-12)) : 1;
        double byNumber = Math.ceil(count / (double) Math.max(1, model.limits.members()));
        double groups = Math.max(1, Math.max(byNumber, Math.min(count, byMemory)));
        double bases = 0;
        int runtimes = 0;
        for (double base : largestBase) {
            bases += base;
            runtimes += base > 0 ? 1 : 0;
        }
        return bases + Math.max(0, groups - Math.max(1, runtimes)) * leastBaseMiB + groups * sidecarMiB;
    }
}
