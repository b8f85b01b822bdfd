package dev.sinter.planner.solve;

/**
 * A lower bound of resident memory where requests that stay inside decide how many instances there are.
 *
 * <p>A group has at least as many instances as requests are inside it at a time, divided by the concurrency. So its memory
 * and its proxies' are at least what requests hold while they stay ({@link VisitBound}, with the proxy as part of every
 * base). A function's own memory may instead count as often as its own work needs instances, whichever of both, function
 * by function, makes the bound of the whole larger: a group has as many instances as either says. Immutable by convention.
 */
final class StayBound {
    private static final int LARGEST_TRIED = 18;
    private static final double BETTER = 1 + 1e-9;

    /** By function, per request and second: MiB resident for it, with everything it calls. */
    final double[] perRequest;
    /** By function: own memory that is counted by requests; 0 where it is counted by instances. */
    final double[] ownMiB;
    /** By function: own memory that is counted by instances, of all of them. */
    final double[] fixedMiB;
    /** By function: instances that requests need, which stay there in every plan. */
    final double[] busyInstances;

    private final Model model;
    private final double concurrencyMs;

    private StayBound(StayBound other, double[] perRequest) {
        this.perRequest = perRequest;
        ownMiB = other.ownMiB;
        fixedMiB = other.fixedMiB;
        busyInstances = other.busyInstances;
        model = other.model;
        concurrencyMs = other.concurrencyMs;
    }

    /**
     * The bound by {@code visit}.
     *
     * @param timeMs of a request at least, by function
     * @param traffic requests per second, by function
     * @param cpuInstances instances that the work of all copies needs, by function
     */
    StayBound(Model model, VisitBound visit, double[] timeMs, double[] traffic, double[] cpuInstances) {
        this.model = model;
        concurrencyMs = 1000 * model.limits.concurrency();
        busyInstances = busyInstances(timeMs, traffic);
        ownMiB = model.ownMiB.clone();
        fixedMiB = new double[model.size];
        for (int f = 0; f < model.size; f++) {
            if (traffic[f] > 0 && Math.max(1, cpuInstances[f]) >= busyInstances[f]) {
                flip(f, cpuInstances[f]);
            }
        }
        double[] held = perRequest(visit.memoryTime(ownMiB, model.limits.sidecarMiB()));
        boolean better = model.size <= LARGEST_TRIED;
        while (better) {
            better = false;
            for (int f = 0; f < model.size; f++) {
                if (traffic[f] > 0) {
                    double before = leastMiB(held);
                    flip(f, cpuInstances[f]);
                    double[] flipped = perRequest(visit.memoryTime(ownMiB, model.limits.sidecarMiB()));
                    if (leastMiB(flipped) > before * BETTER) {
                        held = flipped;
                        better = true;
                    } else {
                        flip(f, cpuInstances[f]);
                    }
                }
            }
        }
        perRequest = held;
    }

    /** The same with other MiB·ms that a request at each function holds, of the memory counted by requests. */
    StayBound with(double[] mibMs) {
        return new StayBound(this, perRequest(mibMs));
    }

    /** Visits that somebody waits for, at least, by the time each takes at least. */
    private double[] busyInstances(double[] timeMs, double[] traffic) {
        double[] visits = model.outside.clone();
        double[] instances = new double[model.size];
        for (int[] component : model.callOrder) {
            for (int f : component) {
                for (int pair : model.in[f]) {
                    int caller = model.from[pair];
                    visits[f] += model.mayBeLocal[pair]
                            ? model.wait[pair] * visits[caller]
                            : model.calls[pair] * traffic[caller];
                }
                instances[f] = visits[f] * timeMs[f] / concurrencyMs;
            }
        }
        return instances;
    }

    /** Counts own memory the other way. */
    private void flip(int f, double cpuInstances) {
        boolean wasFixed = fixedMiB[f] > 0;
        fixedMiB[f] = wasFixed ? 0 : model.ownMiB[f] * Math.max(1, cpuInstances);
        ownMiB[f] = wasFixed ? model.ownMiB[f] : 0;
    }

    private double[] perRequest(double[] mibMs) {
        double[] held = mibMs.clone();
        for (int f = 0; f < held.length; f++) {
            held[f] /= concurrencyMs;
        }
        return held;
    }

    /** No plan needs less. */
    double leastMiB() {
        return leastMiB(perRequest);
    }

    private double leastMiB(double[] held) {
        double sum = 0;
        for (int f = 0; f < model.size; f++) {
            sum += model.outside[f] * held[f] + fixedMiB[f];
        }
        return sum;
    }
}
