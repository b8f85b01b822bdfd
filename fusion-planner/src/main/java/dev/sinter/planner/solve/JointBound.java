package dev.sinter.planner.solve;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A lower bound of the value of every plan that completes a {@link PartialPlan}: what is decided at what it costs, and
 * what is open by {@link RequestCosts} at the price that those who wait for it pay.
 *
 * <p>Rates and prices flow together from callers to callees. Of calls to functions that may still join the open group the
 * cheaper counts: the function's own memory idles and all of them are local, or all are remote. Calls that lead back on
 * call cycles flow a second time and cost the least possible then. Not safe for use by several threads.
 */
final class JointBound {
    private final Model model;
    private final PartialPlan plan;
    private final PartialBound partial;
    private final Goal goal;
    private final double ofMiB;
    private final double ofStayingMiB;
    private final int[] rank;
    private final boolean hasCycles;

    private final RequestCosts costs;

    private final double[] groupPrice;
    private final double[] rate;
    private final double[] price;
    private final double[] backRate;
    private final double[] backPrice;
    private final double[] homelessRate;
    private final double[] homelessPrice;
    private final double[] insideRate;
    private final double[] insidePrice;
    private final double[] openRate;
    private final double[] openPrice;
    private final double[] openRemote;
    private final double[] openLocal;

    JointBound(Model model, PartialPlan plan, PartialBound partial, Goal goal, RequestCosts costs) {
        this.model = model;
        this.plan = plan;
        this.partial = partial;
        this.goal = goal;
        ofMiB = costs.ofMiB;
        ofStayingMiB = goal.resident() / 1000 / model.limits.concurrency();
        rank = new int[model.size];
        for (int i = 0; i < plan.order.length; i++) {
            rank[plan.order[i]] = i;
        }
        boolean cycles = false;
        for (int p = 0; p < model.pairs; p++) {
            cycles |= rank[model.to[p]] <= rank[model.from[p]];
        }
        hasCycles = cycles;
        this.costs = costs;
        groupPrice = new double[model.size + 1];
        rate = new double[model.size];
        price = new double[model.size];
        backRate = new double[model.size];
        backPrice = new double[model.size];
        homelessRate = new double[model.size];
        homelessPrice = new double[model.size];
        insideRate = new double[(model.size + 1) * model.size];
        insidePrice = new double[(model.size + 1) * model.size];
        openRate = new double[model.size];
        openPrice = new double[model.size];
        openRemote = new double[model.size];
        openLocal = new double[model.size];
    }

    /** No completion has a smaller value; {@code partial} must be computed. */
    double value() {
        double value = goal.constant() + goal.resident() * partial.missingMiB;
        for (int g = 0; g < plan.groups; g++) {
            double held = plan.memoryMiB[g] + model.limits.sidecarMiB();
            double instances = Math.max(1, partial.cpu[g] / model.limits.cpuMillicores());
            boolean busyDecides = partial.requestsInside(partial.busyMs[g]) >= instances;
            groupPrice[g] = ofMiB * plan.memoryMiB[g] + (busyDecides ? ofStayingMiB * held : 0);
            value += busyDecides || !partial.called[g] ? 0 : goal.resident() * instances * held;
        }
        return value + flow() + ofHomeless() + ofOpen();
    }

    /**
     * Sets of functions that a request may reach locally in a group for {@code first}, which has no home yet, that may
     * lead to a plan better than {@code best}, or as good where {@code tiesMatter}; null if that is unknown.
     */
    long @Nullable [] worthwhile(int first, Worth best, boolean tiesMatter) {
        long[] sets = costs.sets(first);
        double all = value();
        if (sets == null || homelessRate[first] == 0) {
            return null;
        }
        double others = all - costs.ofHome(first, homelessRate[first], homelessPrice[first]);
        long[] kept = new long[sets.length];
        int count = 0;
        for (int i = 0; i < sets.length; i++) {
            double ofSet = costs.ofSet(first, i, homelessRate[first], homelessPrice[first]);
            if (!goal.isTooDear(others + ofSet, best, tiesMatter)) {
                kept[count++] = sets[i];
            }
        }
        return Arrays.copyOf(kept, count);
    }

    private double flow() {
        System.arraycopy(model.outside, 0, rate, 0, model.size);
        for (int f = 0; f < model.size; f++) {
            price[f] = goal.latency() * model.timeWeight[f];
        }
        Arrays.fill(homelessRate, 0);
        Arrays.fill(homelessPrice, 0);
        Arrays.fill(openRate, 0);
        Arrays.fill(openPrice, 0);
        Arrays.fill(openRemote, 0);
        Arrays.fill(openLocal, 0);
        double value = round();
        if (hasCycles) {
            System.arraycopy(backRate, 0, rate, 0, model.size);
            System.arraycopy(backPrice, 0, price, 0, model.size);
            value += round();
            for (int f = 0; f < model.size; f++) {
                value += costs.ofHome(f, backRate[f], backPrice[f]);
            }
        }
        return value;
    }

    private double round() {
        Arrays.fill(insideRate, 0, plan.groups * model.size, 0);
        Arrays.fill(insidePrice, 0, plan.groups * model.size, 0);
        Arrays.fill(backRate, 0);
        Arrays.fill(backPrice, 0);
        double value = 0;
        for (int f : plan.order) {
            int home = plan.homeOf[f];
            if (home < 0) {
                homelessRate[f] += rate[f];
                homelessPrice[f] += price[f];
            } else {
                insideRate[home * model.size + f] += rate[f];
                insidePrice[home * model.size + f] += price[f] + rate[f] * groupPrice[home];
            }
            for (long rest = partial.holders[f]; rest != 0; rest &= rest - 1) {
                value += ofCopy(Long.numberOfTrailingZeros(rest), f);
            }
        }
        return value;
    }

    private double ofCopy(int g, int f) {
        double requests = insideRate[g * model.size + f];
        double ofMs = insidePrice[g * model.size + f];
        if (requests == 0) {
            return 0;
        }
        double value = ofMs * model.busyMs[f];
        for (int pair : model.out[f]) {
            int callee = model.to[pair];
            double sent = requests * model.calls[pair];
            double waiting = ofMs * model.wait[pair];
            boolean leadsBack = rank[callee] <= rank[f];
            if (partial.isLocal(g, f, callee)) {
                value += waiting * plan.localHopMs[g];
                if (leadsBack) {
                    value += costs.ofCopy(callee, sent, waiting);
                } else {
                    insideRate[g * model.size + callee] += sent;
                    insidePrice[g * model.size + callee] += waiting;
                }
            } else if (model.mayBeLocal[pair] && partial.isOpen(g, callee)) {
                openRate[callee] += sent;
                openPrice[callee] += waiting;
                openRemote[callee] += ofMs * model.hopMs[pair];
                openLocal[callee] += Math.min(waiting * plan.localHopMs[g], ofMs * model.hopMs[pair])
                        + costs.ofCopy(callee, sent, waiting);
            } else {
                value += ofMs * model.hopMs[pair];
                double[] rates = leadsBack ? backRate : rate;
                double[] pricesOf = leadsBack ? backPrice : price;
                rates[callee] += sent;
                pricesOf[callee] += waiting;
            }
        }
        return value;
    }

    private double ofHomeless() {
        double value = 0;
        for (int f = 0; f < model.size; f++) {
            value += costs.ofHome(f, homelessRate[f], homelessPrice[f]);
        }
        return value;
    }

    private double ofOpen() {
        double value = 0;
        double busyMs = plan.isOpen() ? partial.busyMs[plan.groups - 1] : 0;
        for (int f = 0; f < model.size; f++) {
            if (openRate[f] > 0) {
                double remote = openRemote[f] + costs.ofHome(f, openRate[f], openPrice[f]);
                value += Math.min(remote, openLocal[f] + ofMiB * model.ownMiB[f] * busyMs);
            }
        }
        return value;
    }
}
