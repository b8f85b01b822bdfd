package dev.sinter.planner.solve;

import java.util.Arrays;

/** Parts of a graph that no group can span: functions connected by pairs that may be local. */
final class Areas {
    private Areas() {}

    /** The functions of every area, ascending. */
    static int[][] members(Model model) {
        int[] area = new int[model.size];
        int areas = number(model, area);
        int[] size = new int[areas];
        for (int a : area) {
            size[a]++;
        }
        int[][] members = new int[areas][];
        for (int f = model.size - 1; f >= 0; f--) {
            int a = area[f];
            members[a] = members[a] == null ? new int[size[a]] : members[a];
            members[a][--size[a]] = f;
        }
        return members;
    }

    /** Numbers the area of every function into {@code area}; returns how many there are. */
    static int number(Model model, int[] area) {
        Arrays.fill(area, -1);
        int[] stack = new int[model.size];
        int areas = 0;
        for (int start = 0; start < model.size; start++) {
            if (area[start] >= 0) {
                continue;
            }
            int depth = 1;
            stack[0] = start;
            area[start] = areas;
            while (depth > 0) {
                int f = stack[--depth];
                for (int pair : model.out[f]) {
                    if (model.mayBeLocal[pair] && area[model.to[pair]] < 0) {
                        area[model.to[pair]] = areas;
                        stack[depth++] = model.to[pair];
                    }
                }
                for (int pair : model.in[f]) {
                    if (model.mayBeLocal[pair] && area[model.from[pair]] < 0) {
                        area[model.from[pair]] = areas;
                        stack[depth++] = model.from[pair];
                    }
                }
            }
            areas++;
        }
        return areas;
    }
}
