package dev.sinter.planner.solve;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Layouts in which a pair is local wherever its caller is, or nowhere: each function that is still called remotely has a
 * group of its own with all that its local calls reach. Starts with all functions apart. Not safe for use by several
 * threads.
 */
final class Closures {
    private final Model model;
    private final Groups groups;
    private final boolean[] isLocal;
    /** By function: members of its own group, ascending; null if nobody calls it remotely any more. */
    private final int[] @Nullable [] closure;
    /** By function: others in whose groups it is. */
    private final List<Set<Integer>> clonedInto;

    Closures(Model model, Groups groups) {
        this.model = model;
        this.groups = groups;
        isLocal = new boolean[model.pairs];
        closure = new int[model.size][];
        clonedInto = new ArrayList<>();
        for (int f = 0; f < model.size; f++) {
            closure[f] = new int[] {f};
            clonedInto.add(new LinkedHashSet<>());
        }
    }

    /** Makes all calls of {@code callee} local that come from {@code callers} by {@code pairs}, if limits allow. */
    boolean makeLocal(int callee, int... pairs) {
        int[] below = closure[callee];
        if (below == null) {
            return false;
        }
        Set<Integer> grown = new LinkedHashSet<>();
        for (int pair : pairs) {
            int caller = model.from[pair];
            if (!model.mayBeLocal[pair] || Arrays.binarySearch(below, caller) >= 0) {
                return false;
            }
            if (closure[caller] != null) {
                grown.add(caller);
            }
            grown.addAll(clonedInto.get(caller));
        }
        for (int root : grown) {
            if (closure[root] == null || !fits(IntSets.union(closure[root], below))) {
                return false;
            }
        }
        for (int pair : pairs) {
            isLocal[pair] = true;
        }
        for (int root : grown) {
            for (int f : below) {
                if (closure[root] != null && Arrays.binarySearch(closure[root], f) < 0) {
                    clonedInto.get(f).add(root);
                }
            }
            closure[root] = IntSets.union(closure[root], below);
        }
        boolean isRoot = model.outside[callee] > 0 || model.in[callee].length == 0;
        for (int pair : model.in[callee]) {
            isRoot |= !isLocal[pair];
        }
        if (!isRoot) {
            for (int f : below) {
                clonedInto.get(f).remove(callee);
            }
            closure[callee] = null;
        }
        return true;
    }

    private boolean fits(int[] members) {
        if (members.length > model.limits.members()) {
            return false;
        }
        return groups.fits(members, groups.memoryMiB(members, groups.tier(members)));
    }

    /** The groups; a function without one of its own is at home in the first that has it. */
    Group[] layout() {
        List<Group> found = new ArrayList<>();
        boolean[] hasHome = new boolean[model.size];
        for (int root = 0; root < model.size; root++) {
            int[] members = closure[root];
            if (members == null) {
                continue;
            }
            int[] homes = {root};
            for (int f : members) {
                if (closure[f] == null && !hasHome[f]) {
                    hasHome[f] = true;
                    homes = IntSets.with(homes, f);
                }
            }
            int[] locals = new int[0];
            for (int pair : groups.localPairs(members)) {
                locals = isLocal[pair] ? IntSets.with(locals, pair) : locals;
            }
            Group group = groups.of(members, homes, locals);
            if (group == null) {
                return groups.allAlone();
            }
            found.add(group);
        }
        return found.toArray(new Group[0]);
    }
}
