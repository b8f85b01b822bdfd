package dev.sinter.planner.solve;

import dev.sinter.planner.graph.Tier;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Makes groups of one model that keep its limits. Not safe for use by several threads. */
final class Groups {
    private final Model model;
    /** By function: where it is among the members looked at; −1 for all others. */
    private final int[] position;

    private final double[] largestBase;

    Groups(Model model) {
        this.model = model;
        position = new int[model.size];
        Arrays.fill(position, -1);
        largestBase = new double[model.runtimes];
    }

    Group alone(int function) {
        int[] self = {function};
        return group(self, self, new int[0], Tier.IN_PROCESS, memoryMiB(self, Tier.IN_PROCESS));
    }

    /** Every function in a group of its own. */
    Group[] allAlone() {
        Group[] apart = new Group[model.size];
        for (int f = 0; f < model.size; f++) {
            apart[f] = alone(f);
        }
        return apart;
    }

    /**
     * The group of {@code members} in which every pair that may be local is, except those that would close a cycle.
     * Members that nobody calls there are left out. Null if limits or missing calls forbid the group.
     */
    @Nullable
    Group of(int[] members, int[] homes) {
        return homes.length > 1 && homes.length > model.limits.members()
                ? null
                : of(members, homes, localPairs(members));
    }

    /** As {@link #of(int[], int[])} with local pairs given; those of members left out are dropped. */
    @Nullable
    Group of(int[] members, int[] homes, int[] locals) {
        if (members.length == 1) {
            return alone(members[0]);
        }
        for (int i = 0; i < members.length; i++) {
            position[members[i]] = i;
        }
        boolean[] called = called(members, homes, locals);
        boolean connected = connected(members.length, locals, called);
        for (int member : members) {
            position[member] = -1;
        }
        if (!connected) {
            return null;
        }
        int[] kept = kept(members, called);
        if (kept.length == 1) {
            return alone(kept[0]);
        }
        if (kept.length > model.limits.members()) {
            return null;
        }
        Tier tier = tier(kept);
        double memoryMiB = memoryMiB(kept, tier);
        if (!fits(kept, memoryMiB)) {
            return null;
        }
        return group(kept, homes, kept.length == members.length ? locals : from(kept, locals), tier, memoryMiB);
    }

    /** Those of {@code pairs} whose callers are among {@code members}. */
    int[] from(int[] members, int[] pairs) {
        int[] found = new int[pairs.length];
        int count = 0;
        for (int pair : pairs) {
            if (IntSets.has(members, model.from[pair])) {
                found[count++] = pair;
            }
        }
        return Arrays.copyOf(found, count);
    }

    private static int[] kept(int[] members, boolean[] called) {
        int count = 0;
        int[] kept = new int[members.length];
        for (int i = 0; i < members.length; i++) {
            if (called[i]) {
                kept[count++] = members[i];
            }
        }
        return count == members.length ? members : Arrays.copyOf(kept, count);
    }

    private Group group(int[] members, int[] homes, int[] locals, Tier tier, double memoryMiB) {
        return new Group(model, members, homes, locals, tier, memoryMiB);
    }

    /** Whether {@code members} keep the limits when they need {@code memoryMiB}. */
    boolean fits(int[] members, double memoryMiB) {
        if (members.length > model.limits.members() || memoryMiB > model.limits.memoryMiB()) {
            return false;
        }
        for (int i = 0; i < members.length; i++) {
            for (int j = 0; j < i; j++) {
                if (!model.allowed(members[i], members[j])) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean[] called(int[] members, int[] homes, int[] locals) {
        boolean[] called = new boolean[members.length];
        for (int home : homes) {
            called[position[home]] = true;
        }
        boolean more = true;
        while (more) {
            more = false;
            for (int pair : locals) {
                if (called[position[model.from[pair]]] && !called[position[model.to[pair]]]) {
                    called[position[model.to[pair]]] = true;
                    more = true;
                }
            }
        }
        return called;
    }

    private boolean connected(int size, int[] locals, boolean[] called) {
        int[] root = new int[size];
        for (int i = 0; i < size; i++) {
            root[i] = i;
        }
        int parts = 0;
        for (boolean isCalled : called) {
            parts += isCalled ? 1 : 0;
        }
        for (int pair : locals) {
            int caller = position[model.from[pair]];
            if (called[caller]) {
                int a = find(root, caller);
                int b = find(root, position[model.to[pair]]);
                if (a != b) {
                    root[a] = b;
                    parts--;
                }
            }
        }
        return parts == 1;
    }

    private static int find(int[] root, int i) {
        int at = i;
        while (root[at] != at) {
            root[at] = root[root[at]];
            at = root[at];
        }
        return at;
    }

    /** All pairs of members that may be local, without those that close a cycle; callees with most to save first. */
    int[] localPairs(int[] members) {
        int[] found = new int[8];
        int count = 0;
        boolean mayCycle = false;
        for (int member : members) {
            position[member] = 0;
        }
        for (int member : members) {
            for (int pair : model.out[member]) {
                if (model.mayBeLocal[pair] && position[model.to[pair]] >= 0) {
                    if (count == found.length) {
                        found = Arrays.copyOf(found, count * 2);
                    }
                    found[count++] = pair;
                    mayCycle |= model.onCycle[pair];
                }
            }
        }
        for (int member : members) {
            position[member] = -1;
        }
        int[] locals = Arrays.copyOf(found, count);
        return mayCycle ? withoutCycles(locals) : locals;
    }

    private int[] withoutCycles(int[] pairs) {
        double[] hopRate = new double[model.pairs];
        for (int pair : pairs) {
            hopRate[pair] = model.rate[model.from[pair]] * model.hopMs[pair];
        }
        int[] kept = new int[0];
        for (int pair : Ranking.largestFirst(pairs, hopRate)) {
            if (!model.onCycle[pair] || !reaches(kept, model.to[pair], model.from[pair])) {
                kept = Arrays.copyOf(kept, kept.length + 1);
                kept[kept.length - 1] = pair;
            }
        }
        Arrays.sort(kept);
        return kept;
    }

    /** Whether {@code pairs} lead from one function to another. */
    boolean reaches(int[] pairs, int start, int end) {
        boolean[] seen = new boolean[model.size];
        int[] stack = new int[pairs.length + 1];
        int depth = 1;
        stack[0] = start;
        while (depth > 0) {
            int f = stack[--depth];
            if (f == end) {
                return true;
            }
            for (int pair : pairs) {
                if (model.from[pair] == f && !seen[model.to[pair]]) {
                    seen[model.to[pair]] = true;
                    stack[depth++] = model.to[pair];
                }
            }
        }
        return false;
    }

    /** All functions to which {@code pairs} lead from {@code start}, with it; ascending. */
    int[] reached(int[] pairs, int start) {
        int[] reached = {start};
        for (int size = 0; size != reached.length; ) {
            size = reached.length;
            for (int pair : pairs) {
                if (IntSets.has(reached, model.from[pair])) {
                    reached = IntSets.with(reached, model.to[pair]);
                }
            }
        }
        return reached;
    }

    Tier tier(int[] members) {
        Tier weakest = Tier.IN_PROCESS;
        for (int i = 0; i < members.length; i++) {
            for (int j = 0; j < i; j++) {
                Tier tier = model.tier(members[i], members[j]);
                weakest = tier.compareTo(weakest) > 0 ? tier : weakest;
            }
        }
        return weakest;
    }

    double memoryMiB(int[] members, Tier tier) {
        boolean shares = model.cost(tier).sharesBase();
        double own = 0;
        double base = 0;
        for (int member : members) {
            own += model.ownMiB[member];
            if (shares) {
                int runtime = model.runtime[member];
                largestBase[runtime] = Math.max(largestBase[runtime], model.baseMiB[member]);
            } else {
                base += model.baseMiB[member];
            }
        }
        for (int member : members) {
            base += largestBase[model.runtime[member]];
            largestBase[model.runtime[member]] = 0;
        }
        return own + base;
    }
}
