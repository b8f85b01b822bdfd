package dev.sinter.planner.solve;

import java.util.Arrays;

/** A layout from a group for every function's home: those groups that are called. */
final class CalledGroups {
    private CalledGroups() {}

    /**
     * Every function that is called remotely in its own best group; others are at home where they are copied, and alone
     * where nobody calls them.
     */
    static Group[] of(Model model, Groups groups, Group[] group) {
        boolean[] isCalled = calledRemotely(model, group);
        int[][] homes = new int[model.size][];
        for (int f = 0; f < model.size; f++) {
            homes[f] = isCalled[f] ? new int[] {f} : new int[0];
        }
        boolean[] hasHome = isCalled.clone();
        for (int g = 0; g < model.size; g++) {
            for (int member : isCalled[g] ? group[g].members : new int[0]) {
                if (!hasHome[member]) {
                    homes[g] = IntSets.with(homes[g], member);
                    hasHome[member] = true;
                }
            }
        }
        Group[] layout = new Group[model.size];
        int count = 0;
        for (int f = 0; f < model.size; f++) {
            if (isCalled[f]) {
                Group own = group[f];
                layout[count++] = new Group(model, own.members, homes[f], own.locals, own.tier, own.memoryMiB);
            } else if (!hasHome[f]) {
                layout[count++] = groups.alone(f);
            }
        }
        return Arrays.copyOf(layout, count);
    }

    /** Functions that are called from outside, or remotely from groups that are called. */
    private static boolean[] calledRemotely(Model model, Group[] group) {
        boolean[] isCalled = new boolean[model.size];
        int[] open = new int[model.size];
        int count = 0;
        for (int f = 0; f < model.size; f++) {
            if (model.outside[f] > 0) {
                isCalled[f] = true;
                open[count++] = f;
            }
        }
        while (count > 0) {
            Group from = group[open[--count]];
            for (int member : from.members) {
                for (int pair : model.out[member]) {
                    int callee = model.to[pair];
                    if (model.calls[pair] > 0 && !isCalled[callee] && !from.isLocal(pair)) {
                        isCalled[callee] = true;
                        open[count++] = callee;
                    }
                }
            }
        }
        return isCalled;
    }
}
