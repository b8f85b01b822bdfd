package dev.sinter.planner.solve;

import java.util.Arrays;

/**
 * Lower bounds of the three figures of every plan that completes a {@link PartialPlan}.
 *
 * <p>What is decided counts as it is; calls to functions without home count as {@link RootBound} says; of calls to
 * functions that may still join the open group the cheaper of both counts, apart for memory (the function's own memory
 * idles, or the calls are paid) and time. On call cycles calls that lead back are left out.
 */
final class PartialBound {
    private final Model model;
    private final PartialPlan plan;
    private final RootBound root;
    private final double[] timeWeight;
    private final int[] timeOrder;
    private final double[][] timeMs;
    private final double[] arriving;
    private final double[] inside;
    private final double[] open;
    /** By group: milliseconds that requests spend inside, per second. */
    final double[] busyMs;
    /** By group: millicores. */
    final double[] cpu;
    /** By group: whether requests come for its homes. */
    final boolean[] called;

    private final long[] timed;
    private final long[] reached;
    /** By function: the groups that hold a copy. */
    final long[] holders;

    private final int[][] areas;
    private final Residence residence;
    private final StayBound stay;

    /** Resident memory of functions that no group holds yet. */
    double missingMiB;

    private double latencyMs;
    private double gbSeconds;
    private double residentMiB;
    private int copies;

    PartialBound(Model model, PartialPlan plan, RootBound root) {
        this.model = model;
        this.plan = plan;
        this.root = root;
        timeWeight = model.timeWeight;
        timeOrder = Components.inOrder(model.size, model.waitOrder);
        timeMs = new double[model.size + 1][model.size];
        arriving = new double[model.size];
        inside = new double[(model.size + 1) * model.size];
        open = new double[model.size];
        busyMs = new double[model.size + 1];
        cpu = new double[model.size + 1];
        called = new boolean[model.size + 1];
        timed = new long[model.size + 1];
        reached = new long[model.size + 1];
        holders = new long[model.size];
        areas = Areas.members(model);
        residence = new Residence(model);
        stay = root.stay;
    }

    /** The first function, callers first, that receives calls and has no home; −1 if there is none. */
    int firstWithoutHome() {
        long homes = calledHomes();
        for (int f : plan.order) {
            if (plan.homeOf[f] < 0 && (homes & (1L << f)) != 0) {
                return f;
            }
        }
        return -1;
    }

    /** Functions whose homes receive calls; rates do not say, since they leave out calls that lead back on call cycles. */
    private long calledHomes() {
        long homes = 0;
        for (int f = 0; f < model.size; f++) {
            homes |= model.outside[f] > 0 ? 1L << f : 0;
        }
        Arrays.fill(reached, 0, plan.groups, 0);
        boolean more = true;
        while (more) {
            more = false;
            for (int f : plan.order) {
                int home = plan.homeOf[f];
                if (home >= 0 && (homes & (1L << f)) != 0 && (reached[home] & (1L << f)) == 0) {
                    reached[home] |= 1L << f;
                    more = true;
                }
                for (long rest = holders[f]; rest != 0; rest &= rest - 1) {
                    int g = Long.numberOfTrailingZeros(rest);
                    for (int pair : model.out[f]) {
                        long callee = 1L << model.to[pair];
                        boolean calls = (reached[g] & (1L << f)) != 0 && model.calls[pair] > 0;
                        if (calls && isLocal(g, f, model.to[pair])) {
                            more |= (reached[g] & callee) == 0;
                            reached[g] |= callee;
                        } else if (calls) {
                            more |= (homes & callee) == 0;
                            homes |= callee;
                        }
                    }
                }
            }
        }
        return homes;
    }

    /** Figures that no completion falls below. */
    Worth compute() {
        findHolders();
        computeTimes();
        computeRates();
        sum();
        return new Worth(latencyMs, gbSeconds, residentMiB, copies, true);
    }

    private void findHolders() {
        Arrays.fill(holders, 0);
        for (int g = 0; g < plan.groups; g++) {
            for (long rest = plan.members[g]; rest != 0; rest &= rest - 1) {
                holders[Long.numberOfTrailingZeros(rest)] |= 1L << g;
            }
        }
    }

    boolean isOpen(int g, int f) {
        return plan.isOpen() && g == plan.groups - 1 && (plan.decided & (1L << f)) == 0 && f != plan.first;
    }

    boolean isLocal(int g, int caller, int callee) {
        return (plan.members[g] & (1L << callee)) != 0 && (plan.calledBy[g][callee] & (1L << caller)) != 0;
    }

    private double timeMs(int g, int f) {
        return g >= 0 && (timed[g] & (1L << f)) != 0 ? timeMs[g][f] : root.timeMs[f];
    }

    private void computeTimes() {
        Arrays.fill(timed, 0, plan.groups, 0);
        for (int f : timeOrder) {
            for (long rest = holders[f]; rest != 0; rest &= rest - 1) {
                int g = Long.numberOfTrailingZeros(rest);
                timeMs[g][f] = copyTimeMs(g, f);
                timed[g] |= 1L << f;
            }
        }
    }

    private double copyTimeMs(int g, int f) {
        double sum = model.busyMs[f];
        for (int pair : model.out[f]) {
            double wait = model.wait[pair];
            if (wait == 0) {
                continue;
            }
            int callee = model.to[pair];
            if (isLocal(g, f, callee)) {
                sum += wait * (plan.localHopMs[g] + timeMs(g, callee));
            } else if (model.mayBeLocal[pair] && isOpen(g, callee)) {
                sum += Math.min(wait * plan.localHopMs[g], model.hopMs[pair]) + wait * root.timeMs[callee];
            } else {
                sum += model.hopMs[pair] + wait * timeMs(plan.homeOf[callee], callee);
            }
        }
        return sum;
    }

    private void computeRates() {
        System.arraycopy(model.outside, 0, arriving, 0, model.size);
        Arrays.fill(inside, 0, plan.groups * model.size, 0);
        Arrays.fill(open, 0);
        Arrays.fill(busyMs, 0, plan.groups, 0);
        Arrays.fill(cpu, 0, plan.groups, 0);
        Arrays.fill(called, 0, plan.groups, false);
        for (int f : plan.order) {
            for (long rest = holders[f]; rest != 0; rest &= rest - 1) {
                send(Long.numberOfTrailingZeros(rest), f);
            }
        }
        for (int f = 0; f < model.size; f++) {
            int g = plan.homeOf[f];
            if (g >= 0) {
                busyMs[g] += arriving[f] * timeMs[g][f];
                called[g] |= arriving[f] > 0;
            }
        }
    }

    private void send(int g, int f) {
        double rate = inside[g * model.size + f] + (plan.homeOf[f] == g ? arriving[f] : 0);
        if (rate == 0) {
            return;
        }
        cpu[g] += model.cpu[f] * rate / model.rate[f];
        for (int pair : model.out[f]) {
            int callee = model.to[pair];
            double sent = rate * model.calls[pair];
            if (isLocal(g, f, callee)) {
                inside[g * model.size + callee] += sent;
            } else if (model.mayBeLocal[pair] && isOpen(g, callee)) {
                open[callee] += sent;
            } else {
                arriving[callee] += sent;
            }
        }
    }

    private void sum() {
        latencyMs = 0;
        double memoryTime = 0;
        residentMiB = 0;
        for (int f = 0; f < model.size; f++) {
            latencyMs += timeWeight[f] * timeMs(plan.homeOf[f], f);
        }
        long everywhere = 0;
        copies = 0;
        for (int g = 0; g < plan.groups; g++) {
            copies += Long.bitCount(plan.members[g]);
            everywhere |= plan.members[g];
            memoryTime += plan.memoryMiB[g] * busyMs[g];
            if (called[g]) {
                residentMiB += replicas(busyMs[g], cpu[g]) * (plan.memoryMiB[g] + model.limits.sidecarMiB());
            }
        }
        double openBusy = plan.isOpen() ? busyMs[plan.groups - 1] : 0;
        for (int f = 0; f < model.size; f++) {
            if (plan.homeOf[f] < 0) {
                memoryTime += arriving[f] * root.mibMs[f];
            }
            if (open[f] > 0) {
                memoryTime += Math.min(model.ownMiB[f] * openBusy, open[f] * root.mibMs[f]);
            }
        }
        gbSeconds = memoryTime / 1000 / 1024;
        missingMiB = missingMiB(everywhere);
        residentMiB = Math.max(residentMiB + missingMiB, stayingMiB(everywhere));
        copies += model.size - Long.bitCount(everywhere);
    }

    /** Memory that requests hold while they stay inside; homes may still come to groups that hold copies without one. */
    private double stayingMiB(long everywhere) {
        long homeless = 0;
        double sum = 0;
        for (int f = 0; f < model.size; f++) {
            boolean isHomeless = plan.homeOf[f] < 0 && plan.traffic[f] > 0;
            homeless |= isHomeless ? 1L << f : 0;
            sum += isHomeless ? arriving[f] * stay.perRequest[f] : 0;
            sum += plan.traffic[f] > 0 && (everywhere & (1L << f)) == 0 ? stay.fixedMiB[f] : 0;
        }
        int openGroup = plan.isOpen() ? plan.groups - 1 : -1;
        for (int g = 0; g < plan.groups; g++) {
            if (called[g]) {
                double held = plan.memoryMiB[g] + model.limits.sidecarMiB();
                boolean isSettled = g != openGroup && (plan.members[g] & homeless) == 0;
                sum += held * (isSettled ? replicas(busyMs[g], cpu[g]) : requestsInside(busyMs[g]));
            }
        }
        for (int f = 0; f < model.size && openGroup >= 0; f++) {
            if (open[f] > 0) {
                double idle = stay.ownMiB[f] * requestsInside(busyMs[openGroup]);
                sum += Math.min(idle, open[f] * stay.perRequest[f]);
            }
        }
        return sum;
    }

    /** Instances that requests inside for so many milliseconds per second need. */
    double requestsInside(double ms) {
        return ms / 1000 / model.limits.concurrency();
    }

    private double replicas(double ms, double millicores) {
        return Math.max(1, Math.max(requestsInside(ms), millicores / model.limits.cpuMillicores()));
    }

    /** Memory of functions with traffic that no group holds yet. */
    private double missingMiB(long everywhere) {
        double sum = 0;
        for (int[] area : areas) {
            residence.start();
            for (int f : area) {
                if (plan.traffic[f] > 0 && (everywhere & (1L << f)) == 0) {
                    double ofArriving = requestsInside(arriving[f] * root.timeMs[f]);
                    double ofOwn = Math.max(root.cpuInstances[f], Math.max(ofArriving, stay.busyInstances[f]));
                    boolean mayJoinOpen = plan.isOpen() && (plan.decided & (1L << f)) == 0;
                    residence.add(f, ofOwn, root.cpuInstances[f], ofArriving, !mayJoinOpen);
                }
            }
            sum += residence.leastMiB();
        }
        return sum;
    }
}
