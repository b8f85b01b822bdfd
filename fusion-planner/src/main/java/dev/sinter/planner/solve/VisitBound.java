package dev.sinter.planner.solve;

import dev.sinter.planner.graph.Tier;

/**
 * What one request at a function costs at least, wherever the function and everything below it runs.
 *
 * <p>Time: every call takes the cheaper hop. Memory time: while a function is busy, its group holds its own memory and
 * base; while it waits for a callee, its own memory is held beside what the callee holds. Each pair that may be local is
 * charged the cheaper of two: local, the callee's own memory idles while the caller is busy; remote, the caller's base
 * waits too and every call is paid, also the part nobody waits for. The decisions of different visits are independent,
 * so the sum bounds every plan from below. On call cycles the recursion is cut off at nothing after some rounds.
 */
final class VisitBound {
    /** Of visits to a cycle that are followed; later ones count nothing. */
    private static final int ROUNDS = 30;

    /** Milliseconds of a request at the function. */
    final double[] timeMs;
    /** MiB·ms that a request at the function holds, with everything it calls. */
    final double[] mibMs;

    final double leastLocalHopMs;
    private final Model model;

    VisitBound(Model model) {
        this.model = model;
        leastLocalHopMs = model.leastHopMs(Tier.IN_PROCESS);
        timeMs = new double[model.size];
        for (int[] component : model.waitOrder) {
            boolean isCycle = component.length > 1 || model.waitsForItself(component[0]);
            for (int round = 0; round < (isCycle ? ROUNDS : 1); round++) {
                for (int f : component) {
                    timeMs[f] = time(f);
                }
            }
        }
        mibMs = memoryTime(model.ownMiB, 0);
    }

    /**
     * MiB·ms as {@link #mibMs}, of part of the memory.
     *
     * @param ownMiB by function, at most its own memory
     * @param perInstanceMiB on top of every instance's bases
     */
    double[] memoryTime(double[] ownMiB, double perInstanceMiB) {
        double[] held = new double[model.size];
        for (int c = model.callOrder.length - 1; c >= 0; c--) {
            int[] component = model.callOrder[c];
            boolean isCycle = component.length > 1 || model.callsItself(component[0]);
            for (int round = 0; round < (isCycle ? ROUNDS : 1); round++) {
                for (int f : component) {
                    held[f] = memoryTime(f, ownMiB, perInstanceMiB, held);
                }
            }
        }
        return held;
    }

    private double time(int f) {
        double sum = model.busyMs[f];
        for (int pair : model.out[f]) {
            sum += hop(pair) + model.wait[pair] * timeMs[model.to[pair]];
        }
        return sum;
    }

    double hop(int pair) {
        return model.mayBeLocal[pair]
                ? Math.min(model.wait[pair] * leastLocalHopMs, model.hopMs[pair])
                : model.hopMs[pair];
    }

    private double memoryTime(int f, double[] ownMiB, double perInstanceMiB, double[] held) {
        double alone = ownMiB[f] + model.baseMiB[f] + perInstanceMiB;
        double sum = alone * model.busyMs[f];
        for (int pair : model.out[f]) {
            int callee = model.to[pair];
            double waiting = model.wait[pair] * timeMs[callee];
            double remote = alone * (model.hopMs[pair] + waiting) + model.calls[pair] * held[callee];
            double local = ownMiB[f] * waiting
                    + model.wait[pair] * held[callee]
                    + model.wait[pair] * leastLocalHopMs * (alone + ownMiB[callee])
                    + ownMiB[callee] * model.busyMs[f];
            sum += model.mayBeLocal[pair] ? Math.min(local, remote) : remote;
        }
        return sum;
    }
}
