package dev.sinter.planner.solve;

/**
 * Lower bounds of what a request costs and of the figures of every plan of a graph: {@link VisitBound} for graphs of any
 * size, {@link LeastTimes} and {@link HeldBound} for those that can be solved exactly; memory as {@link Residence} says
 * of all functions with traffic, area by area, or as {@link StayBound} says. Immutable by convention.
 */
final class RootBound {
    private static final long STEPS = 20_000;

    /** By function: milliseconds of a request. */
    final double[] timeMs;
    /** By function: MiB·ms that a request holds, with everything it calls. */
    final double[] mibMs;
    /** By function: requests per second, of all copies. */
    final double[] traffic;
    /** By function: instances that the work of all copies needs. */
    final double[] cpuInstances;

    final StayBound stay;
    private final Model model;

    /** The bounds; {@code isSmall} if worth more effort. */
    RootBound(Model model, Groups groups, Evaluator evaluator, Budget budget, boolean isSmall) {
        this.model = model;
        evaluator.evaluate(groups.allAlone());
        traffic = new double[model.size];
        cpuInstances = new double[model.size];
        for (int f = 0; f < model.size; f++) {
            traffic[f] = evaluator.homeReceived(f);
            double share = model.rate[f] > 0 ? traffic[f] / model.rate[f] : 0;
            cpuInstances[f] = model.cpu[f] * share / model.limits.cpuMillicores();
        }
        VisitBound visit = new VisitBound(model);
        timeMs = visit.timeMs.clone();
        if (isSmall) {
            LatencySearch latency = new LatencySearch(model, groups, budget.withSteps(STEPS));
            latency.run();
            for (int f = 0; f < model.size; f++) {
                timeMs[f] = Math.max(timeMs[f], latency.leastMs(f));
            }
        }
        StayBound visits = new StayBound(model, visit, timeMs, traffic, cpuInstances);
        if (isSmall) {
            mibMs = new HeldBound(model, groups, visit, timeMs, model.ownMiB, 0).mibMs;
            HeldBound held = new HeldBound(model, groups, visit, timeMs, visits.ownMiB, model.limits.sidecarMiB());
            stay = visits.with(held.mibMs);
        } else {
            mibMs = visit.mibMs;
            stay = visits;
        }
    }

    double value(Goal goal) {
        double latency = 0;
        double memoryTime = 0;
        for (int f = 0; f < model.size; f++) {
            latency += model.timeWeight[f] * timeMs[f];
            memoryTime += model.outside[f] * mibMs[f];
        }
        return goal.latency() * latency
                + goal.gbSeconds() * memoryTime / 1000 / 1024
                + goal.resident() * Math.max(residenceMiB(), stay.leastMiB())
                + goal.constant();
    }

    private double residenceMiB() {
        double resident = 0;
        Residence residence = new Residence(model);
        for (int[] area : Areas.members(model)) {
            residence.start();
            for (int f : area) {
                if (traffic[f] > 0) {
                    double own = Math.max(cpuInstances[f], stay.busyInstances[f]);
                    residence.add(f, own, cpuInstances[f], 0, true);
                }
            }
            resident += residence.leastMiB();
        }
        return resident;
    }
}
