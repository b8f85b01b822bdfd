package dev.sinter.planner.solve;

import java.util.Arrays;

/** Parts of a graph that no group can span: functions connected by pairs that may be local. */
final class Areas {
    private Areas() {}

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
