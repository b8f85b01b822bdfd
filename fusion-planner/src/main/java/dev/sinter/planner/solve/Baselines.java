package dev.sinter.planner.solve;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What others would fuse, within the limits: starting points of the search and what it is compared with.
 *
 * <p>Every blocking pair: Provuse (arXiv 2603.06170). Alphabetical paths: Fusionize (arXiv 2204.11533). Roots and their
 * closures: Quilt (SOSP 2025), whose groups are a root with all it reaches without passing another root, callees cloned
 * into each. Blocks of trees: SLAMBUC ({@link TreeBlocks}).
 */
final class Baselines {
    private final Model model;
    private final Groups groups;

    Baselines(Model model, Groups groups) {
        this.model = model;
        this.groups = groups;
    }

    List<Group[]> all(Evaluator evaluator, Goal goal) {
        return List.of(
                groups.allAlone(),
                allInOne(),
                everyBlockingPair(),
                paths(),
                roots(),
                new TreeBlocks(model, groups, evaluator, goal).layout());
    }

    /** Whole areas in one group where they fit; else what {@link #everyBlockingPair} does. */
    Group[] allInOne() {
        int[][] areas = Areas.members(model);
        List<Group> found = new ArrayList<>();
        boolean[] isWhole = new boolean[model.size];
        for (int[] members : areas) {
            Group whole = members.length > model.limits.members() ? null : groups.of(members, members);
            if (whole != null && whole.members.length == members.length) {
                found.add(whole);
                for (int f : members) {
                    isWhole[f] = true;
                }
            }
        }
        for (Group group : everyBlockingPair()) {
            if (!isWhole[group.members[0]]) {
                found.add(group);
            }
        }
        return found.toArray(new Group[0]);
    }

    /** Merges both ends of every pair that may be local, the most frequent first, while limits allow. */
    Group[] everyBlockingPair() {
        return mergeAlong(localPairs());
    }

    private int[] localPairs() {
        double[] callRate = new double[model.pairs];
        int[] found = new int[model.pairs];
        int count = 0;
        for (int p = 0; p < model.pairs; p++) {
            callRate[p] = model.rate[model.from[p]] * model.calls[p];
            if (model.mayBeLocal[p]) {
                found[count++] = p;
            }
        }
        return Ranking.largestFirst(Arrays.copyOf(found, count), callRate);
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
        Group[] distinct = new Group[of.length];
        int count = 0;
        for (int f = 0; f < of.length; f++) {
            if (of[f].members[0] == f) {
                distinct[count++] = of[f];
            }
        }
        return Arrays.copyOf(distinct, count);
    }

    /**
     * Fusionize's path phase run to its end: pair by pair in the order of names, each whose calls are waited for becomes
     * local in every group of its caller.
     */
    Group[] paths() {
        Closures closures = new Closures(model, groups);
        for (int pair = 0; pair < model.pairs; pair++) {
            closures.makeLocal(model.to[pair], pair);
        }
        return closures.layout();
    }

    /**
     * Quilt's groups for the fewest roots found by removing one root after the other, the one with most incoming calls
     * first, while every closure keeps the limits.
     */
    Group[] roots() {
        Closures closures = new Closures(model, groups);
        for (int f : Ranking.largestFirst(model.rate)) {
            if (model.outside[f] == 0 && model.in[f].length > 0) {
                closures.makeLocal(f, model.in[f]);
            }
        }
        return closures.layout();
    }
}
