package dev.sinter.planner.solve;

import dev.sinter.planner.graph.Tier;
import java.util.Arrays;

/**
 * The state of an {@link ExactSearch}: groups made so far, the last of them perhaps still open. Functions are bits. In
 * an open group, functions that are not {@code decided} may still join.
 */
final class PartialPlan {
    final Model model;
    /** Functions, callers first. */
    final int[] order;
    /** Groups made so far, with the open one. */
    int groups;

    final long[] members;
    /** By group and member: the members whose calls to it are local; none for a first home. */
    final long[][] calledBy;
    /** Group where a function is at home, −1 while open. */
    final int[] homeOf;
    /** Function for which the open group is made, −1 if none is open. */
    int first = -1;
    /** Functions whose membership in the open group is settled; all if none is open. */
    long decided = -1;
    /** Of these, those left out. */
    long left;
    /** Functions that must join because members said they call. */
    long forced;

    /** Requests per second of every function, all copies together. */
    final double[] traffic;

    final double[] memoryMiB;
    final double[] localHopMs;

    private final Groups shapes;
    private final long[] localCallers;
    private final long[] localCallees;
    private final long[] partners;
    private final long[] cheapLocally;
    /** Of these, callers whose calls can be on no cycle of local pairs. */
    private final long[] cheapOffCycles;

    private final boolean localCycles;

    PartialPlan(Model model) {
        this.model = model;
        shapes = new Groups(model);
        order = Components.inOrder(model.size, model.callOrder);
        members = new long[model.size + 1];
        calledBy = new long[model.size + 1][model.size];
        memoryMiB = new double[model.size + 1];
        localHopMs = new double[model.size + 1];
        homeOf = new int[model.size];
        Arrays.fill(homeOf, -1);
        localCallers = new long[model.size];
        localCallees = new long[model.size];
        cheapLocally = new long[model.size];
        cheapOffCycles = new long[model.size];
        partners = new long[model.size];
        double longestHop = 0;
        for (Tier tier : Tier.values()) {
            longestHop = Math.max(longestHop, model.cost(tier).localHopMs());
        }
        boolean cycles = false;
        for (int p = 0; p < model.pairs; p++) {
            if (model.mayBeLocal[p]) {
                localCallers[model.to[p]] |= 1L << model.from[p];
                localCallees[model.from[p]] |= 1L << model.to[p];
                cycles |= model.onCycle[p];
                boolean cheap = model.wait[p] * longestHop <= model.hopMs[p];
                cheapLocally[model.to[p]] |= cheap ? 1L << model.from[p] : 0;
                cheapOffCycles[model.to[p]] |= cheap && !model.onCycle[p] ? 1L << model.from[p] : 0;
            }
        }
        localCycles = cycles;
        for (int f = 0; f < model.size; f++) {
            for (int j = 0; j < model.size; j++) {
                partners[f] |= model.allowed(f, j) ? 1L << j : 0;
            }
        }
        traffic = traffic(model);
    }

    private static double[] traffic(Model model) {
        Evaluator evaluator = new Evaluator(model);
        evaluator.evaluate(new Groups(model).allAlone());
        double[] traffic = new double[model.size];
        for (int f = 0; f < model.size; f++) {
            traffic[f] = evaluator.homeReceived(f);
        }
        return traffic;
    }

    boolean isOpen() {
        return first >= 0;
    }

    void open(int function) {
        members[groups] = 1L << function;
        Arrays.fill(calledBy[groups], 0);
        homeOf[function] = groups++;
        first = function;
        decided = 0;
        left = 0;
        forced = 0;
        measure();
    }

    void close() {
        homeOf[first] = -1;
        groups--;
        settle();
    }

    /** Makes the open group one like the others. */
    void settle() {
        first = -1;
        decided = -1;
        left = 0;
        forced = 0;
    }

    void reopen(int function, long leftOut, long mustJoin) {
        first = function;
        left = leftOut;
        forced = mustJoin;
    }

    void setHomes(long functions, int group) {
        for (long rest = functions; rest != 0; rest &= rest - 1) {
            homeOf[Long.numberOfTrailingZeros(rest)] = group;
        }
    }

    /** Whether {@code f} gets on with all members of the open group. */
    boolean mayJoin(int f) {
        long others = members[groups - 1] & ~(1L << f);
        return traffic[f] > 0 && (others & ~partners[f]) == 0;
    }

    /** Members, and functions that may still become members, whose calls to {@code f} could be local. */
    long possibleCallers(int f) {
        return localCallers[f] & partners[f] & (members[groups - 1] | ~decided) & ~left;
    }

    /** Whether a copy of {@code f} serves each of {@code callers} at least as well as {@code f}'s home ever could. */
    boolean isLocalLeaf(int f, long callers) {
        return localCallees[f] == 0 && (callers & ~cheapLocally[f]) == 0 && (callers & ~members[groups - 1]) == 0;
    }

    /** Members of {@code g} whose calls to {@code f}, were it at home there, would better be local than as they are. */
    long missingCallers(int f, int g) {
        return cheapOffCycles[f] & partners[f] & members[g] & ~calledBy[g][f];
    }

    /** Whether the open group's members keep the limits; takes note of its memory and tier so far. */
    boolean fits() {
        measure();
        int count = Long.bitCount(members[groups - 1] | forced);
        return count == 1 || (count <= model.limits.members() && memoryMiB[groups - 1] <= model.limits.memoryMiB());
    }

    /** Memory at least and local hop at least of the open group: a group that grows may only fall to weaker tiers. */
    private void measure() {
        int g = groups - 1;
        int[] array = memberArray(g);
        Tier strongest = shapes.tier(array);
        memoryMiB[g] = shapes.memoryMiB(array, model.leanest(strongest));
        localHopMs[g] = model.leastHopMs(strongest);
    }

    /** Whether the open group, all decided, is a group: connected, without cycle, nobody missing, within limits. */
    boolean isWhole() {
        int g = groups - 1;
        if ((forced & ~members[g]) != 0) {
            return false;
        }
        int[] array = memberArray(g);
        Tier tier = shapes.tier(array);
        memoryMiB[g] = shapes.memoryMiB(array, tier);
        localHopMs[g] = model.cost(tier).localHopMs();
        return (array.length == 1 || memoryMiB[g] <= model.limits.memoryMiB())
                && isConnected(g)
                && !(localCycles && hasCycle(g));
    }

    /** Members of the open group that requests at its first function reach locally for sure. */
    long reached() {
        int g = groups - 1;
        long reached = 1L << first;
        for (int f : order) {
            reached |= (calledBy[g][f] & reached) != 0 ? 1L << f : 0;
        }
        return reached;
    }

    private boolean isConnected(int g) {
        long reached = members[g] & -members[g];
        boolean grows = true;
        while (grows) {
            long before = reached;
            for (long rest = members[g]; rest != 0; rest &= rest - 1) {
                int f = Long.numberOfTrailingZeros(rest);
                if ((reached & (1L << f)) != 0) {
                    reached |= calledBy[g][f];
                } else if ((calledBy[g][f] & reached) != 0) {
                    reached |= 1L << f;
                }
            }
            grows = reached != before;
        }
        return reached == members[g];
    }

    private boolean hasCycle(int g) {
        long open = members[g];
        boolean shrinks = true;
        while (shrinks && open != 0) {
            shrinks = false;
            for (long rest = open; rest != 0; rest &= rest - 1) {
                int f = Long.numberOfTrailingZeros(rest);
                if ((calledBy[g][f] & open) == 0) {
                    open &= ~(1L << f);
                    shrinks = true;
                }
            }
        }
        return open != 0;
    }

    /** Members of a group that no member calls locally: its first homes. */
    long roots(int g) {
        long roots = 0;
        for (long rest = members[g]; rest != 0; rest &= rest - 1) {
            int f = Long.numberOfTrailingZeros(rest);
            roots |= calledBy[g][f] == 0 ? 1L << f : 0;
        }
        return roots;
    }

    int[] memberArray(int g) {
        int[] array = new int[Long.bitCount(members[g])];
        int count = 0;
        for (long rest = members[g]; rest != 0; rest &= rest - 1) {
            array[count++] = Long.numberOfTrailingZeros(rest);
        }
        return array;
    }

    int[] localPairs(int g) {
        int[] found = new int[model.pairs];
        int count = 0;
        for (int p = 0; p < model.pairs; p++) {
            if ((calledBy[g][model.to[p]] & (1L << model.from[p])) != 0) {
                found[count++] = p;
            }
        }
        return Arrays.copyOf(found, count);
    }
}
