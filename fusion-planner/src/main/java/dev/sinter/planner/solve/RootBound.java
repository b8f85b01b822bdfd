package dev.sinter.planner.solve;

import java.util.Arrays;

/**
 * Lower bounds of the figures of every plan of a graph of any size, by {@link VisitBound} for time and memory time.
 * Memory: every function with traffic is resident somewhere, every area has a proxy and a base, and the work must fit the
 * instances' CPU.
 */
final class RootBound {
    private RootBound() {}

    static double of(Model model, Evaluator evaluator, Groups groups, Goal goal) {
        evaluator.evaluate(groups.allAlone());
        VisitBound visit = new VisitBound(model);
        int[] area = new int[model.size];
        int areas = Areas.number(model, area);
        double[] own = new double[areas];
        double[] byCpu = new double[areas];
        int[] members = new int[areas];
        double[] base = new double[areas * Math.max(1, model.runtimes)];
        double latency = 0;
        double memoryTime = 0;
        for (int f = 0; f < model.size; f++) {
            latency += model.timeWeight[f] * visit.timeMs[f];
            memoryTime += model.outside[f] * visit.mibMs[f];
            double traffic = evaluator.homeReceived(f);
            if (traffic > 0) {
                int a = area[f];
                own[a] += model.ownMiB[f];
                members[a]++;
                int slot = a * model.runtimes + model.runtime[f];
                base[slot] = Math.max(base[slot], model.baseMiB[f]);
                double share = model.rate[f] > 0 ? traffic / model.rate[f] : 0;
                double instances = model.cpu[f] * share / model.limits.cpuMillicores();
                byCpu[a] += instances * (model.aloneMiB(f) + model.limits.sidecarMiB());
            }
        }
        double resident = 0;
        for (int a = 0; a < areas; a++) {
            if (members[a] > 0) {
                double bases = Arrays.stream(base, a * model.runtimes, (a + 1) * model.runtimes)
                        .sum();
                double proxies = Math.ceil(members[a] / (double) Math.max(1, model.limits.members()))
                        * model.limits.sidecarMiB();
                resident += Math.max(own[a] + bases + proxies, byCpu[a]);
            }
        }
        return goal.latency() * latency
                + goal.gbSeconds() * memoryTime / 1000 / 1024
                + goal.resident() * resident
                + goal.constant();
    }
}
