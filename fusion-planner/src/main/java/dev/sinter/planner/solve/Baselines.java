package dev.sinter.planner.solve;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What others would fuse, within the limits: starting points of the search and what it is compared with.
 *
 * <p>Every blocking pair: Provuse (arXiv 2603.06170). Alphabetical paths: Fusionize (arXiv 2204.11533). Roots and their
 * closures: Quilt (SOSP 2025), whose groups are a root with all it reaches without passing another root, callees cloned
 * into each.
 */
final class Baselines {
    private final Model model;
    private final Groups groups;

    Baselines(Model model, Groups groups) {
        this.model = model;
        this.groups = groups;
    }

    List<Group[]> all() {
        return List.of(groups.allAlone(), allInOne(), everyBlockingPair(), alphabetical(), roots());
    }

    /** Whole areas in one group where they fit; else what {@link #everyBlockingPair} does. */
    Group[] allInOne() {
        int[] area = new int[model.size];
        int areas = Areas.number(model, area);
        Group[] merged = everyBlockingPair();
        for (int a = 0; a < areas; a++) {
            int number = a;
            int[] members = IntStream.range(0, model.size)
                    .filter(f -> area[f] == number)
                    .toArray();
            Group whole = groups.of(members, members);
            if (whole != null && whole.members.length == members.length) {
                merged = replaced(merged, whole);
            }
        }
        return merged;
    }

    private static Group[] replaced(Group[] layout, Group whole) {
        Group[] kept = Arrays.stream(layout)
                .filter(group -> !whole.has(group.members[0]))
                .toArray(Group[]::new);
        Group[] result = Arrays.copyOf(kept, kept.length + 1);
        result[kept.length] = whole;
        return result;
    }

    /** Merges both ends of every pair that may be local, the most frequent first, while limits allow. */
    Group[] everyBlockingPair() {
        return mergeAlong(localPairs(Comparator.comparingDouble(p -> -model.rate[model.from[p]] * model.calls[p])));
    }

    /** The same in the order of names. */
    Group[] alphabetical() {
        return mergeAlong(localPairs(Comparator.comparingInt(p -> p)));
    }

    private int[] localPairs(Comparator<Integer> order) {
        return IntStream.range(0, model.pairs)
                .filter(p -> model.mayBeLocal[p])
                .boxed()
                .sorted(order)
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private Group[] mergeAlong(int[] pairs) {
        Group[] of = groups.allAlone();
        for (int pair : pairs) {
            Group caller = of[model.from[pair]];
            Group callee = of[model.to[pair]];
            if (!caller.has(model.to[pair])) {
                int[] members = IntSets.union(caller.members, callee.members);
                Group merged = groups.of(members, members);
                if (merged != null && merged.members.length == members.length) {
                    for (int member : members) {
                        of[member] = merged;
                    }
                }
            }
        }
        return Arrays.stream(of).distinct().toArray(Group[]::new);
    }

    /**
     * Quilt's groups for the fewest roots found by removing one root after the other, the one with most incoming calls
     * first, while every closure keeps the limits.
     */
    Group[] roots() {
        boolean[] isRoot = new boolean[model.size];
        Arrays.fill(isRoot, true);
        int[] byCalls = IntStream.range(0, model.size)
                .filter(this::onlyCalledLocally)
                .boxed()
                .sorted(Comparator.comparingDouble(f -> -model.rate[f]))
                .mapToInt(Integer::intValue)
                .toArray();
        Group[] closures = closures(isRoot);
        for (int f : byCalls) {
            isRoot[f] = false;
            Group[] fewer = closures(isRoot);
            if (fewer == null) {
                isRoot[f] = true;
            } else {
                closures = fewer;
            }
        }
        return closures == null ? groups.allAlone() : closures;
    }

    private boolean onlyCalledLocally(int f) {
        boolean local = model.outside[f] == 0 && model.in[f].length > 0;
        for (int pair : model.in[f]) {
            local &= model.mayBeLocal[pair] && !model.onCycle[pair];
        }
        return local;
    }

    private Group @Nullable [] closures(boolean[] isRoot) {
        Group[] found = new Group[model.size];
        boolean[] hasHome = new boolean[model.size];
        int count = 0;
        for (int root = 0; root < model.size; root++) {
            if (!isRoot[root]) {
                continue;
            }
            int[] members = {root};
            for (int size = 0; size != members.length; ) {
                size = members.length;
                for (int member : members) {
                    for (int pair : model.out[member]) {
                        if (model.mayBeLocal[pair] && !isRoot[model.to[pair]]) {
                            members = IntSets.with(members, model.to[pair]);
                        }
                    }
                }
                if (members.length > Math.max(1, model.limits.members())) {
                    return null;
                }
            }
            int[] homes = {root};
            for (int member : members) {
                homes = !isRoot[member] && !hasHome[member] ? IntSets.with(homes, member) : homes;
                hasHome[member] |= !isRoot[member];
            }
            Group group = groups.of(members, homes);
            if (group == null || group.members.length != members.length) {
                return null;
            }
            found[count++] = group;
        }
        return Arrays.copyOf(found, count);
    }
}
