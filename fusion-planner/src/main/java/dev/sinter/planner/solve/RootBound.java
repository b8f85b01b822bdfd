package dev.sinter.planner.solve;

/**
 * Lower bounds of the figures of every plan of a graph of any size, by {@link VisitBound} for time and memory time.
 * Memory: as {@link Residence} says of all functions with traffic, area by area.
 */
final class RootBound {
    private RootBound() {}

    static double of(Model model, Evaluator evaluator, Groups groups, Goal goal) {
        evaluator.evaluate(groups.allAlone());
        VisitBound visit = new VisitBound(model);
        double latency = 0;
        double memoryTime = 0;
        for (int f = 0; f < model.size; f++) {
            latency += model.timeWeight[f] * visit.timeMs[f];
            memoryTime += model.outside[f] * visit.mibMs[f];
        }
        double resident = 0;
        Residence residence = new Residence(model);
        for (int[] area : Areas.members(model)) {
            residence.start();
            for (int f : area) {
                double traffic = evaluator.homeReceived(f);
                if (traffic > 0) {
                    double share = model.rate[f] > 0 ? traffic / model.rate[f] : 0;
                    residence.add(f, model.cpu[f] * share / model.limits.cpuMillicores(), 0, true);
                }
            }
            resident += residence.leastMiB();
        }
        return goal.latency() * latency
                + goal.gbSeconds() * memoryTime / 1000 / 1024
                + goal.resident() * resident
                + goal.constant();
    }
}
