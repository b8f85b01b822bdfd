package dev.sinter.planner.solve;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Plans large graphs region by region.
 *
 * <p>Pairs with the most hop time per second are gathered into regions of bounded size. Each region is planned by
 * itself as if all else stood alone: calls from elsewhere arrive at their rate, calls to elsewhere take their time, and
 * each millisecond that a function takes is charged what it costs its callers elsewhere. No group spans regions.
 */
final class Regions {
    private static final int LARGEST = 36;
    private static final long STEPS_PER_FUNCTION = 60;

    private final Model model;
    private final Groups groups;
    private final Evaluator evaluator;
    private final Goal goal;
    private final Budget budget;

    Regions(Model model, Groups groups, Evaluator evaluator, Goal goal, Budget budget) {
        this.model = model;
        this.groups = groups;
        this.evaluator = evaluator;
        this.goal = goal;
        this.budget = budget;
    }

    Group[] plan() {
        Group[] alone = groups.allAlone();
        evaluator.evaluate(alone);
        double[] timeMs = new double[model.size];
        double[] traffic = new double[model.size];
        for (int f = 0; f < model.size; f++) {
            timeMs[f] = evaluator.homeTimeMs(f);
            traffic[f] = evaluator.homeReceived(f);
        }
        double[] price = prices(traffic, timeMs);
        int[] region = regions();
        List<int[]> byRegion = members(region);
        List<Group> planned = new ArrayList<>();
        for (int[] functions : byRegion) {
            if (functions.length == 1 || budget.isLate()) {
                for (int f : functions) {
                    planned.add(alone[f]);
                }
                continue;
            }
            planned.addAll(plan(functions, region, timeMs, traffic, price));
        }
        return planned.toArray(Group[]::new);
    }

    /** What a millisecond of each function alone costs, with the waiting of its callers. */
    private double[] prices(double[] traffic, double[] timeMs) {
        double[] price = new double[model.size];
        for (int c = model.waitOrder.length - 1; c >= 0; c--) {
            for (int f : model.waitOrder[c]) {
                double busyPerMs = traffic[f] / 1000;
                boolean binds = traffic[f] * timeMs[f] / 1000 > model.limits.concurrency();
                price[f] += goal.latency() * model.timeWeight[f]
                        + goal.gbSeconds() * busyPerMs * model.aloneMiB(f) / 1024
                        + (binds
                                ? goal.resident()
                                        * busyPerMs
                                        / model.limits.concurrency()
                                        * (model.aloneMiB(f) + model.limits.sidecarMiB())
                                : 0);
                for (int pair : model.out[f]) {
                    price[model.to[pair]] += model.wait[pair] * price[f];
                }
            }
        }
        return price;
    }

    private List<Group> plan(int[] functions, int[] region, double[] timeMs, double[] traffic, double[] price) {
        int here = region[functions[0]];
        double[] arriving = new double[functions.length];
        double[] timeWeight = new double[functions.length];
        double[] waitingMs = new double[functions.length];
        for (int i = 0; i < functions.length; i++) {
            int f = functions[i];
            arriving[i] = model.outside[f];
            timeWeight[i] = goal.latency() * model.timeWeight[f];
            for (int pair : model.in[f]) {
                int caller = model.from[pair];
                if (region[caller] != here) {
                    arriving[i] += traffic[caller] * model.calls[pair];
                    timeWeight[i] += model.wait[pair] * price[caller];
                }
            }
            for (int pair : model.out[f]) {
                if (region[model.to[pair]] != here && model.wait[pair] > 0) {
                    waitingMs[i] += model.hopMs[pair] + model.wait[pair] * timeMs[model.to[pair]];
                }
            }
        }
        Model part = new Model(model, functions, arriving, timeWeight, waitingMs);
        Groups partGroups = new Groups(part);
        Evaluator partEvaluator = new Evaluator(part);
        Goal partGoal = new Goal(1, goal.gbSeconds(), goal.resident(), 0);
        Budget steps = budget.withSteps(STEPS_PER_FUNCTION * functions.length);
        LocalSearch search = new LocalSearch(part, partGroups, partEvaluator, partGoal, steps);
        Group[] best = search.improve(partGroups.allAlone());
        Group[] merged = search.improve(new Baselines(part, partGroups).everyBlockingPair());
        if (partGoal.isBetter(partEvaluator.evaluate(merged), partEvaluator.evaluate(best))) {
            best = merged;
        }
        best = search.perturb(best, new SplittableRandom(functions[0]));
        return Arrays.stream(best)
                .map(group -> translate(part, group, functions))
                .toList();
    }

    private Group translate(Model part, Group group, int[] functions) {
        int[] members = Arrays.stream(group.members).map(f -> functions[f]).toArray();
        int[] homes = Arrays.stream(group.homes).map(f -> functions[f]).toArray();
        int[] locals = Arrays.stream(group.locals).map(p -> part.parentPair[p]).toArray();
        return new Group(members, homes, locals, group.tier, group.localHopMs, group.memoryMiB);
    }

    private int[] regions() {
        int[] root = IntStream.range(0, model.size).toArray();
        int[] size = new int[model.size];
        Arrays.fill(size, 1);
        IntStream.range(0, model.pairs)
                .filter(p -> model.mayBeLocal[p])
                .boxed()
                .sorted(Comparator.comparingDouble(p -> -model.rate[model.from[p]] * model.hopMs[p]))
                .forEach(p -> {
                    int a = find(root, model.from[p]);
                    int b = find(root, model.to[p]);
                    if (a != b && size[a] + size[b] <= LARGEST) {
                        root[b] = a;
                        size[a] += size[b];
                    }
                });
        return IntStream.range(0, model.size).map(f -> find(root, f)).toArray();
    }

    private static int find(int[] root, int f) {
        int at = f;
        while (root[at] != at) {
            root[at] = root[root[at]];
            at = root[at];
        }
        return at;
    }

    private List<int[]> members(int[] region) {
        int[][] members = new int[model.size][];
        int[] count = new int[model.size];
        for (int r : region) {
            count[r]++;
        }
        for (int f = 0; f < model.size; f++) {
            int r = region[f];
            members[r] = members[r] == null ? new int[count[r]] : members[r];
            members[r][members[r].length - count[r]--] = f;
        }
        return Arrays.stream(members).filter(m -> m != null).toList();
    }
}
