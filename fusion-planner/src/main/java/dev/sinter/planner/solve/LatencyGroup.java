package dev.sinter.planner.solve;

import dev.sinter.planner.graph.Tier;
import java.util.Arrays;

/**
 * The group in which one function at home is fastest, by branch and bound over its members.
 *
 * <p>A local pair saves its hop less what the callee's copy is slower than the callee at home; a copy saves at most what
 * the callee itself could. So with some members decided, the rest adds at most the hops from decided members
 * ({@link HopKnapsack}). Not safe for use by several threads.
 */
final class LatencyGroup {
    private static final double SAME = 1e-12;

    private final Model model;
    private final Groups groups;
    private final LeastTimes times;
    private final Budget budget;
    private final BestPairs pairs;
    private final HopKnapsack knapsack;
    private final double[] gain;
    private final double[] flow;
    private final double[] inner;
    private final boolean[] member;
    private final double[] rank;
    private int first;
    private double localHopMs;
    private int[] order = new int[0];
    private double bestGain;
    private int[] bestMembers = new int[0];

    LatencyGroup(Model model, Groups groups, LeastTimes times, Budget budget) {
        this.model = model;
        this.groups = groups;
        this.times = times;
        this.budget = budget;
        pairs = new BestPairs(model, groups, times);
        knapsack = new HopKnapsack(model);
        gain = new double[model.size];
        flow = new double[model.size];
        inner = new double[model.size];
        member = new boolean[model.size];
        rank = new double[model.size];
        for (int f = 0; f < model.size; f++) {
            rank[f] = times.rank(f);
        }
    }

    /** The best group of {@code f}, and notes what it saves; what any could at most, if that is not proven. */
    Group find(int f) {
        first = f;
        order = below(f);
        bestGain = 0;
        bestMembers = new int[] {f};
        if (order.length > 0 && model.aloneMiB(f) <= model.limits.memoryMiB()) {
            member[f] = true;
            decide(0, model.ownMiB[f], 1, Tier.IN_PROCESS);
            member[f] = false;
        }
        // Where a weaker tier calls faster, members that f never reaches may make its calls faster.
        boolean isProof = !budget.isSpent() && model.weakerTiersAreDearer();
        Group found = bestMembers.length == 1 ? groups.alone(f) : pairs.of(bestMembers, f);
        times.set(f, isProof ? bestGain : directGain(f));
        return found;
    }

    /** An upper bound of what any group saves: every hop that may be local is. */
    private double directGain(int f) {
        double sum = 0;
        for (int pair : model.out[f]) {
            sum += Math.max(0, times.mostSavedMs(pair));
        }
        return sum;
    }

    /** Functions that could be worth a place in {@code f}'s group, callers first. */
    private int[] below(int f) {
        boolean[] seen = new boolean[model.size];
        int[] found = new int[model.size];
        int count = 0;
        seen[f] = true;
        for (int at = -1; at < count; at++) {
            for (int pair : model.out[at < 0 ? f : found[at]]) {
                int callee = model.to[pair];
                if (!seen[callee] && times.mostSavedMs(pair) > 0 && model.allowed(f, callee)) {
                    seen[callee] = true;
                    found[count++] = callee;
                }
            }
        }
        return Ranking.largestFirst(Arrays.copyOf(found, count), rank);
    }

    private void decide(int at, double ownMiB, int members, Tier tier) {
        if (!budget.step()) {
            return;
        }
        localHopMs = model.leastHopMs(tier);
        double here = currentGain(at);
        double room = model.limits.memoryMiB() - ownMiB - model.baseMiB[first];
        double more = knapsack.mostMs(order, at, inner, room, model.limits.members() - members);
        if (here + more <= bestGain + SAME * (1 + bestGain)) {
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
                    double saved = times.savedMs(pair, localHopMs);
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
                    double saved = times.savedMs(pair, localHopMs);
                    if (saved > 0 && member[callee]) {
                        gain[f] += Math.max(0, saved - model.wait[pair] * (times.gainMs(callee) - gain[callee]));
                    }
                }
            }
        }
        return gain[first];
    }

    /** Takes the current members as the best if their real tier, memory and local hops allow. */
    private void record(int members) {
        int[] array = new int[members];
        int count = 0;
        for (int f = 0; f < model.size; f++) {
            if (member[f]) {
                array[count++] = f;
            }
        }
        Group candidate = pairs.of(array, first);
        double exact = pairs.gainMs(candidate, first);
        if (exact > bestGain) {
            bestGain = exact;
            bestMembers = candidate.members;
        }
    }
}
