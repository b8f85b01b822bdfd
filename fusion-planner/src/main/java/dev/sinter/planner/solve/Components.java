package dev.sinter.planner.solve;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Strongly connected components (Tarjan 1972, without recursion). */
final class Components {
    private Components() {}

    /** Components of the graph of pairs with positive weight, every callee's before its callers'; members ascending. */
    static int[][] calleesFirst(int size, int[][] out, int[] to, double[] weight) {
        List<int[]> components = new ArrayList<>();
        int[] number = new int[size];
        int[] low = new int[size];
        int[] next = new int[size];
        int[] path = new int[size];
        int[] stack = new int[size];
        boolean[] onStack = new boolean[size];
        int stackSize = 0;
        int counter = 0;
        for (int root = 0; root < size; root++) {
            if (number[root] != 0) {
                continue;
            }
            int depth = 0;
            path[0] = root;
            while (depth >= 0) {
                int f = path[depth];
                if (number[f] == 0) {
                    number[f] = ++counter;
                    low[f] = counter;
                    stack[stackSize++] = f;
                    onStack[f] = true;
                }
                if (next[f] < out[f].length) {
                    int pair = out[f][next[f]++];
                    int callee = to[pair];
                    if (weight[pair] > 0 && number[callee] == 0) {
                        path[++depth] = callee;
                    } else if (weight[pair] > 0 && onStack[callee]) {
                        low[f] = Math.min(low[f], number[callee]);
                    }
                    continue;
                }
                if (low[f] == number[f]) {
                    int start = stackSize;
                    do {
                        onStack[stack[--start]] = false;
                    } while (stack[start] != f);
                    int[] component = Arrays.copyOfRange(stack, start, stackSize);
                    if (component.length > 1) {
                        Arrays.sort(component);
                    }
                    components.add(component);
                    stackSize = start;
                }
                if (--depth >= 0) {
                    low[path[depth]] = Math.min(low[path[depth]], low[f]);
                }
            }
        }
        return components.toArray(new int[0][]);
    }

    /** All functions, component by component. */
    static int[] inOrder(int size, int[][] order) {
        int[] functions = new int[size];
        int count = 0;
        for (int[] component : order) {
            for (int f : component) {
                functions[count++] = f;
            }
        }
        return functions;
    }

    /** By function: the number of its component in {@code order}. */
    static int[] ranks(int size, int[][] order) {
        int[] rank = new int[size];
        for (int c = 0; c < order.length; c++) {
            for (int f : order[c]) {
                rank[f] = c;
            }
        }
        return rank;
    }
}
