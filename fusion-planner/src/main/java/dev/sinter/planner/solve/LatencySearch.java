package dev.sinter.planner.solve;

import dev.sinter.planner.graph.Tier;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The least latency of every function, exactly, and groups that attain it.
 *
 * <p>Copies cost no time, so every function may have a group of its own, and a shorter time of a callee never makes a
 * caller slower: each function's least time follows from those of its callees by one search for the members of its own
 * group. With T* the least times, a local pair saves its hop less what the callee's copy is slower than the callee at
 * home; a copy saves at most what the callee itself could. So with some members decided, the rest adds at most the
 * hops from decided members, chosen by a fractional knapsack of memory and number of members. On call cycles, calls that
 * lead back take the least time thinkable, and the times found are lower bounds. Not safe for use by several threads.
 */
final class LatencySearch {
    private static final double SAME = 1e-12;

    private final Model model;
    private final Groups groups;
    private final Budget budget;
    private final VisitBound visit;
    private final int[] rank;
    private final double[] leastMs;
    private final double[] leastGain;
    private final Group[] group;
    private final double[] gain;
    private final double[] flow;
    private final double[] inner;
    private final boolean[] member;
    private int first;
    private double localHopMs;
    private int[] order = new int[0];
    private double bestGain;
    private int[] bestMembers = new int[0];
    private boolean complete = true;

    LatencySearch(Model model, Groups groups, Budget budget) {
        this.model = model;
        this.groups = groups;
        this.budget = budget;
        visit = new VisitBound(model);
        rank = new int[model.size];
        leastMs = visit.timeMs.clone();
        leastGain = new double[model.size];
        group = new Group[model.size];
        gain = new double[model.size];
        flow = new double[model.size];
        inner = new double[model.size];
        member = new boolean[model.size];
    }

    /** Searches all functions' groups; false if the budget ended before all was proven. */
    boolean run() {
        int next = 0;
        for (int[] component : model.waitOrder) {
            for (int f : component) {
                rank[f] = next++;
            }
        }
        for (int[] component : model.waitOrder) {
            for (int f : component) {
                solve(f);
            }
        }
        return complete;
    }

    /** No plan has a smaller latency. */
    double boundMs() {
        double sum = 0;
        for (int f = 0; f < model.size; f++) {
            sum += model.timeWeight[f] * leastMs[f];
        }
        return sum;
    }

    /** Groups that attain the least times. */
    Group[] layout() {
        return CalledGroups.of(model, groups, group);
    }

    private void solve(int f) {
        first = f;
        order = below(f);
        bestGain = 0;
        bestMembers = new int[] {f};
        if (order.length > 0 && model.aloneMiB(f) <= model.limits.memoryMiB()) {
            member[f] = true;
            decide(0, model.ownMiB[f], 1, Tier.IN_PROCESS);
            member[f] = false;
        }
        Group found = bestMembers.length == 1 ? groups.alone(f) : withBestPairs(bestMembers, f);
        group[f] = found;
        leastGain[f] = budget.isSpent() ? directGain(f) : bestGain;
        leastMs[f] = remoteMs(f) - leastGain[f];
    }

    /** An upper bound of what any group saves: every hop that may be local is. */
    private double directGain(int f) {
        complete = false;
        double sum = 0;
        for (int pair : model.out[f]) {
            sum += Math.max(0, saved(pair, visit.leastLocalHopMs));
        }
        return sum;
    }

    private double remoteMs(int f) {
        double sum = model.busyMs[f];
        for (int pair : model.out[f]) {
            boolean back = rank[model.to[pair]] >= rank[f];
            sum += back ? visit.hop(model, pair) : model.hopMs[pair];
            sum += model.wait[pair] * (back ? visit.timeMs[model.to[pair]] : leastMs[model.to[pair]]);
        }
        return sum;
    }

    private double saved(int pair, double localHopMs) {
        boolean forward = model.mayBeLocal[pair] && rank[model.to[pair]] < rank[model.from[pair]];
        return forward ? model.hopMs[pair] - model.wait[pair] * localHopMs : 0;
    }

    /** Functions that could be worth a place in {@code f}'s group, callers first. */
    private int[] below(int f) {
        boolean[] seen = new boolean[model.size];
        int[] found = new int[model.size];
        int count = 0;
        seen[f] = true;
        int at = -1;
        int here = f;
        while (true) {
            for (int pair : model.out[here]) {
                int callee = model.to[pair];
                if (!seen[callee] && saved(pair, visit.leastLocalHopMs) > 0 && model.allowed(f, callee)) {
                    seen[callee] = true;
                    found[count++] = callee;
                }
            }
            if (++at == count) {
                break;
            }
            here = found[at];
        }
        return IntStream.of(Arrays.copyOf(found, count))
                .boxed()
                .sorted((a, b) -> Integer.compare(rank[b], rank[a]))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private void decide(int at, double ownMiB, int members, Tier tier) {
        if (!budget.step()) {
            return;
        }
        localHopMs = leastHopMs(tier);
        double here = currentGain(at);
        if (here + knapsack(at, ownMiB, members) <= bestGain + SAME * (1 + bestGain)) {
            return;
        }
        if (here > bestGain) {
            record(members);
        }
        if (at == order.length) {
            return;
        }
        int f = order[at];
        if (flow[f] > 0 && members < model.limits.members() && mayJoin(f, at, ownMiB)) {
            member[f] = true;
            decide(at + 1, ownMiB + model.ownMiB[f], members + 1, weakest(tier, f, at));
            member[f] = false;
        }
        decide(at + 1, ownMiB, members, tier);
    }

    /** The least local hop of a group that has this tier or, when it grows, a weaker one. */
    private double leastHopMs(Tier tier) {
        double least = Double.POSITIVE_INFINITY;
        for (Tier weaker : Tier.values()) {
            if (weaker.compareTo(tier) >= 0) {
                least = Math.min(least, model.cost(weaker).localHopMs());
            }
        }
        return least;
    }

    private Tier weakest(Tier tier, int f, int at) {
        Tier weakest = tier;
        for (int i = -1; i < at; i++) {
            int other = i < 0 ? first : order[i];
            if (member[other]) {
                Tier shared = model.tier(f, other);
                weakest = shared.compareTo(weakest) > 0 ? shared : weakest;
            }
        }
        return weakest;
    }

    private boolean mayJoin(int f, int at, double ownMiB) {
        double base = model.baseMiB[f];
        for (int i = -1; i < at; i++) {
            int other = i < 0 ? first : order[i];
            if (member[other] && !model.allowed(f, other)) {
                return false;
            }
            base = member[other] ? Math.max(base, model.baseMiB[other]) : base;
        }
        return ownMiB + model.ownMiB[f] + base <= model.limits.memoryMiB();
    }

    /** What the decided members save as they are; notes flows to them and to the undecided ones. */
    private double currentGain(int at) {
        for (int f : order) {
            flow[f] = 0;
            inner[f] = 0;
        }
        flow[first] = 1;
        for (int i = -1; i < at; i++) {
            int f = i < 0 ? first : order[i];
            if (member[f]) {
                for (int pair : model.out[f]) {
                    double saved = saved(pair, localHopMs);
                    if (saved > 0) {
                        flow[model.to[pair]] += flow[f] * Math.max(model.wait[pair], 1e-300);
                        inner[model.to[pair]] += flow[f] * saved;
                    }
                }
            }
        }
        for (int i = at - 1; i >= -1; i--) {
            int f = i < 0 ? first : order[i];
            if (member[f]) {
                gain[f] = 0;
                for (int pair : model.out[f]) {
                    int callee = model.to[pair];
                    double saved = saved(pair, localHopMs);
                    if (saved > 0 && member[callee]) {
                        gain[f] += Math.max(0, saved - model.wait[pair] * (leastGain[callee] - gain[callee]));
                    }
                }
            }
        }
        return gain[first];
    }

    /** At most what undecided functions add: hops from decided members, by memory and by number. */
    private double knapsack(int at, double ownMiB, int members) {
        double memory = model.limits.memoryMiB() - ownMiB - model.baseMiB[first];
        int places = model.limits.members() - members;
        double all = 0;
        int count = 0;
        double needed = 0;
        for (int i = at; i < order.length; i++) {
            if (inner[order[i]] > 0) {
                all += inner[order[i]];
                needed += model.ownMiB[order[i]];
                count++;
            }
        }
        if (needed <= memory && count <= places) {
            return all;
        }
        int[] open = IntStream.range(at, order.length)
                .map(i -> order[i])
                .filter(f -> inner[f] > 0)
                .toArray();
        return Math.min(byMemory(open, memory), byNumber(open, places));
    }

    private double byMemory(int[] open, double memory) {
        int[] sorted = IntStream.of(open)
                .boxed()
                .sorted((a, b) -> Double.compare(inner[b] * model.ownMiB[a], inner[a] * model.ownMiB[b]))
                .mapToInt(Integer::intValue)
                .toArray();
        double left = memory;
        double sum = 0;
        for (int f : sorted) {
            double share = model.ownMiB[f] <= left ? 1 : Math.max(0, left / model.ownMiB[f]);
            sum += share * inner[f];
            left -= share * model.ownMiB[f];
        }
        return sum;
    }

    private double byNumber(int[] open, int places) {
        double[] values = IntStream.of(open).mapToDouble(f -> inner[f]).sorted().toArray();
        double sum = 0;
        for (int i = Math.max(0, values.length - places); i < values.length; i++) {
            sum += values[i];
        }
        return sum;
    }

    /** Takes the current members as the best if their real tier, memory and local hops allow. */
    private void record(int members) {
        int[] array = new int[members];
        int count = 0;
        array[count++] = first;
        for (int f : order) {
            if (member[f]) {
                array[count++] = f;
            }
        }
        Arrays.sort(array);
        Group candidate = withBestPairs(array, first);
        double exact = exactGain(candidate);
        if (exact > bestGain) {
            bestGain = exact;
            bestMembers = candidate.members;
        }
    }

    private double exactGain(Group candidate) {
        double[] exact = new double[model.size];
        for (int f : byRank(candidate.members)) {
            for (int pair : model.out[f]) {
                if (candidate.isLocal(pair)) {
                    int callee = model.to[pair];
                    exact[f] +=
                            saved(pair, candidate.localHopMs) - model.wait[pair] * (leastGain[callee] - exact[callee]);
                }
            }
        }
        return exact[first];
    }

    /** The group with those pairs local that save time; alone if it breaks a limit. */
    private Group withBestPairs(int[] members, int home) {
        double hop = model.cost(groups.tier(members)).localHopMs();
        double[] exact = new double[model.size];
        int[] locals = new int[0];
        for (int f : byRank(members)) {
            for (int pair : model.out[f]) {
                int callee = model.to[pair];
                double saved = saved(pair, hop) - model.wait[pair] * (leastGain[callee] - exact[callee]);
                if (model.mayBeLocal[pair] && saved > 0 && IntSets.has(members, callee) && rank[callee] < rank[f]) {
                    exact[f] += saved;
                    locals = IntSets.with(locals, pair);
                }
            }
        }
        int[] kept = reached(home, locals);
        int[] keptLocals = Arrays.stream(locals)
                .filter(pair -> IntSets.has(kept, model.from[pair]))
                .toArray();
        Group found = groups.of(kept, new int[] {home}, keptLocals);
        return found == null ? groups.alone(home) : found;
    }

    private int[] reached(int home, int[] locals) {
        int[] reached = {home};
        for (int size = 0; size != reached.length; ) {
            size = reached.length;
            for (int pair : locals) {
                if (IntSets.has(reached, model.from[pair])) {
                    reached = IntSets.with(reached, model.to[pair]);
                }
            }
        }
        return reached;
    }

    private int[] byRank(int[] members) {
        return IntStream.of(members)
                .boxed()
                .sorted((a, b) -> Integer.compare(rank[a], rank[b]))
                .mapToInt(Integer::intValue)
                .toArray();
    }
}
