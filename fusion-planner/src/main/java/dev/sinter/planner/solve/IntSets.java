package dev.sinter.planner.solve;

import java.util.Arrays;

/** Sets of numbers as ascending arrays. */
final class IntSets {
    private IntSets() {}

    static boolean has(int[] set, int value) {
        return Arrays.binarySearch(set, value) >= 0;
    }

    static int[] with(int[] set, int value) {
        int at = Arrays.binarySearch(set, value);
        if (at >= 0) {
            return set;
        }
        int[] larger = new int[set.length + 1];
        System.arraycopy(set, 0, larger, 0, -at - 1);
        larger[-at - 1] = value;
        System.arraycopy(set, -at - 1, larger, -at, set.length + at + 1);
        return larger;
    }

    static int[] without(int[] set, int value) {
        int at = Arrays.binarySearch(set, value);
        if (at < 0) {
            return set;
        }
        int[] smaller = new int[set.length - 1];
        System.arraycopy(set, 0, smaller, 0, at);
        System.arraycopy(set, at + 1, smaller, at, smaller.length - at);
        return smaller;
    }

    static int[] without(int[] set, int[] values) {
        return filtered(set, values, false);
    }

    static int[] common(int[] a, int[] b) {
        return filtered(a, b, true);
    }

    private static int[] filtered(int[] set, int[] other, boolean inOther) {
        int[] kept = new int[set.length];
        int count = 0;
        for (int value : set) {
            if (has(other, value) == inOther) {
                kept[count++] = value;
            }
        }
        return Arrays.copyOf(kept, count);
    }

    static int[] union(int[] a, int[] b) {
        int[] union = new int[a.length + b.length];
        int count = 0;
        int i = 0;
        int j = 0;
        while (i < a.length || j < b.length) {
            int next;
            if (j == b.length || (i < a.length && a[i] < b[j])) {
                next = a[i++];
            } else if (i == a.length || b[j] < a[i]) {
                next = b[j++];
            } else {
                next = a[i++];
                j++;
            }
            union[count++] = next;
        }
        return count == union.length ? union : Arrays.copyOf(union, count);
    }
}
