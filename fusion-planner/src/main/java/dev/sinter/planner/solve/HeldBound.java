package dev.sinter.planner.solve;

/**
 * What one request at a function holds at least, in MiB·ms, with everything it calls, limits considered.
 *
 * <p>Memory time is no dearer if every function that is called remotely has a group of its own with just the copies it
 * wants. So the least per request follows, callees first, from the best set of members for a function's own group, and
 * within a set call by call: local, or remote at what the callee's own group holds, while the caller waits at least the
 * callee's least time. On call cycles, calls that lead back count as {@link VisitBound} says. Functions that could have
 * too many members count as it says, too. Not safe for use by several threads.
 */
final class HeldBound {
    /** Sets of more functions than this are too many. */
    private static final int MOST_CANDIDATES = 13;

    /** Of visits to a cycle that are followed. */
    private static final int ROUNDS = 3;

    /** By function. */
    final double[] mibMs;

    private final Model model;
    private final Groups groups;
    private final double[] timeMs;
    private final double[] ownMiB;
    private final double perInstanceMiB;
    private final double[] atLeast;
    /** By function: place in an order with callers first. */
    private final double[] rank;

    private final double[] inside;
    private int first;
    private int[] candidates = new int[0];
    private double least;

    /**
     * @param timeMs of a request at least, by function
     * @param ownMiB by function, at most its own memory
     * @param perInstanceMiB on top of every instance's bases
     */
    HeldBound(Model model, Groups groups, VisitBound visit, double[] timeMs, double[] ownMiB, double perInstanceMiB) {
        this.model = model;
        this.groups = groups;
        this.timeMs = timeMs;
        this.ownMiB = ownMiB;
        this.perInstanceMiB = perInstanceMiB;
        atLeast = visit.memoryTime(ownMiB, perInstanceMiB);
        mibMs = atLeast.clone();
        inside = new double[model.size];
        rank = new double[model.size];
        int next = 0;
        for (int[] component : model.callOrder) {
            for (int f : component) {
                rank[f] = next++;
            }
        }
        for (int c = model.callOrder.length - 1; c >= 0; c--) {
            int[] component = model.callOrder[c];
            boolean isCycle = component.length > 1 || model.callsItself(component[0]);
            for (int round = 0; round < (isCycle ? ROUNDS : 1); round++) {
                for (int f : component) {
                    improve(f);
                }
                for (int f : component) {
                    atLeast[f] = mibMs[f];
                }
            }
        }
    }

    private void improve(int f) {
        first = f;
        candidates = model.possibleMembers(f);
        if (candidates.length <= MOST_CANDIDATES) {
            least = Double.POSITIVE_INFINITY;
            extend(0, new int[] {f}, model.ownMiB[f]);
            mibMs[f] = Math.max(least, mibMs[f]);
        }
    }

    private void extend(int at, int[] members, double sumMiB) {
        var tier = groups.tier(members);
        double memoryMiB = groups.memoryMiB(members, model.leanest(tier));
        if (members.length == 1 || memoryMiB <= model.limits.memoryMiB()) {
            double held = memoryMiB + perInstanceMiB;
            for (int member : members) {
                held -= model.ownMiB[member] - ownMiB[member];
            }
            least = Math.min(least, held(members, held, model.leastHopMs(tier)));
        }
        for (int i = at; i < candidates.length && members.length < model.limits.members(); i++) {
            int f = candidates[i];
            if (sumMiB + model.ownMiB[f] <= model.limits.memoryMiB() && model.allowed(f, members)) {
                extend(i + 1, IntSets.with(members, f), sumMiB + model.ownMiB[f]);
            }
        }
    }

    /** What a request at the first function holds if {@code members} are in its group. */
    private double held(int[] members, double memoryMiB, double localHopMs) {
        for (int member : Ranking.largestFirst(members, rank)) {
            double sum = memoryMiB * model.busyMs[member];
            for (int pair : model.out[member]) {
                sum += ofCalls(pair, members, memoryMiB, localHopMs);
            }
            inside[member] = sum;
        }
        return inside[first];
    }

    private double ofCalls(int pair, int[] members, double memoryMiB, double localHopMs) {
        int callee = model.to[pair];
        double wait = model.wait[pair];
        boolean mayBeLocal = model.mayBeLocal[pair] && IntSets.has(members, callee);
        if (rank[callee] <= rank[model.from[pair]]) {
            double hop = mayBeLocal ? Math.min(wait * localHopMs, model.hopMs[pair]) : model.hopMs[pair];
            return memoryMiB * hop + (mayBeLocal ? wait : model.calls[pair]) * atLeast[callee];
        }
        double waiting = model.hopMs[pair] + wait * timeMs[callee];
        double remote = memoryMiB * waiting + model.calls[pair] * mibMs[callee];
        double local = wait * (memoryMiB * localHopMs + inside[callee]);
        return mayBeLocal ? Math.min(local, remote) : remote;
    }
}
