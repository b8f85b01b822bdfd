package dev.sinter.planner.solve;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Some groups of a layout as a small problem of their own: the functions at home there, while all other groups stay as
 * they are. Calls from those arrive at the rates they have, calls to those take their time, and each millisecond that a
 * function takes is charged what it costs the copies that call it from there.
 */
final class Part {
    private final Model whole;
    private final int[] functions;
    private final Model part;

    /**
     * @param functions at home in the groups to be planned anew, ascending
     * @param isFree by slot: whether its group it is to be planned anew
     * @param price by copy, what a millisecond costs
     */
    Part(Model whole, Evaluator evaluator, Goal goal, int[] functions, boolean[] isFree, double[] price) {
        this.whole = whole;
        this.functions = functions;
        Copies copies = evaluator.copies();
        double[] arriving = new double[functions.length];
        double[] weight = new double[functions.length];
        double[] waitingMs = new double[functions.length];
        for (int i = 0; i < functions.length; i++) {
            int f = functions[i];
            arriving[i] = whole.outside[f];
            weight[i] = goal.latency() * whole.timeWeight[f];
            for (int pair : whole.in[f]) {
                int caller = whole.from[pair];
                for (int copy = copies.first(caller); copy >= 0; copy = copies.next(copy)) {
                    if (!isFree[copies.slotOf(copy)] && !copies.isLocal(copy, pair)) {
                        arriving[i] += evaluator.rate(copy) * whole.calls[pair];
                        weight[i] += whole.wait[pair] * price[copy];
                    }
                }
            }
            for (int pair : whole.out[f]) {
                int callee = whole.to[pair];
                if (whole.wait[pair] > 0 && !isFree[copies.slotOf(copies.home(callee))]) {
                    waitingMs[i] += whole.hopMs[pair] + whole.wait[pair] * evaluator.homeTimeMs(callee);
                }
            }
        }
        part = whole.part(functions, arriving, weight, waitingMs);
    }

    Model model() {
        return part;
    }

    /** The order of layouts of this part that {@code goal} means for the whole. */
    static Goal goal(Goal goal) {
        return new Goal(1, goal.gbSeconds(), goal.resident(), 0);
    }

    /** A group of the whole in the numbers of this part; null if it has members from elsewhere. */
    @Nullable
    Group inside(Group group) {
        int[] members = new int[group.members.length];
        for (int i = 0; i < members.length; i++) {
            members[i] = Arrays.binarySearch(functions, group.members[i]);
            if (members[i] < 0) {
                return null;
            }
        }
        int[] homes = Arrays.stream(group.homes)
                .map(f -> Arrays.binarySearch(functions, f))
                .toArray();
        int[] locals = Arrays.stream(group.locals)
                .map(p -> Arrays.binarySearch(part.parentPair, p))
                .toArray();
        return new Group(part, members, homes, locals, group.tier, group.memoryMiB);
    }

    /** A group of this part in the numbers of the whole. */
    Group outside(Group group) {
        int[] members = Arrays.stream(group.members).map(f -> functions[f]).toArray();
        int[] homes = Arrays.stream(group.homes).map(f -> functions[f]).toArray();
        int[] locals = Arrays.stream(group.locals).map(p -> part.parentPair[p]).toArray();
        return new Group(whole, members, homes, locals, group.tier, group.memoryMiB);
    }
}
