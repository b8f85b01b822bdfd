package dev.sinter.planner.solve;

import java.util.Arrays;

/**
 * At most what functions that may still join a group save: the best of them by memory, and by number, whichever is less. Not safe
 * for use by several threads.
 */
final class HopKnapsack {
    private final Model model;
    /** By function. */
    private final double[] perMiB;

    HopKnapsack(Model model) {
        this.model = model;
        perMiB = new double[model.size];
    }

    /**
     * The bound for functions {@code order} from {@code at} on.
     *
     * @param savedMs by function, what its calls from members save at most
     * @param memoryMiB that is left for own memory
     * @param places that are left for members
     */
    double mostMs(int[] order, int at, double[] savedMs, double memoryMiB, int places) {
        double all = 0;
        double needed = 0;
        int count = 0;
        int[] open = new int[order.length - at];
        for (int i = at; i < order.length; i++) {
            int f = order[i];
            if (savedMs[f] > 0) {
                open[count++] = f;
                all += savedMs[f];
                needed += model.ownMiB[f];
            }
        }
        if (needed <= memoryMiB && count <= places) {
            return all;
        }
        int[] found = Arrays.copyOf(open, count);
        return Math.min(byMemory(found, savedMs, memoryMiB), byNumber(found, savedMs, places));
    }

    /** The fractional knapsack, by what a MiB saves. */
    private double byMemory(int[] open, double[] savedMs, double memoryMiB) {
        for (int f : open) {
            perMiB[f] = savedMs[f] / model.ownMiB[f];
        }
        double left = memoryMiB;
        double sum = 0;
        for (int f : Ranking.largestFirst(open, perMiB)) {
            double share = model.ownMiB[f] <= left ? 1 : Math.max(0, left / model.ownMiB[f]);
            sum += share * savedMs[f];
            left -= share * model.ownMiB[f];
        }
        return sum;
    }

    private static double byNumber(int[] open, double[] savedMs, int places) {
        int[] sorted = Ranking.largestFirst(open, savedMs);
        double sum = 0;
        for (int i = 0; i < Math.min(places, sorted.length); i++) {
            sum += savedMs[sorted[i]];
        }
        return sum;
    }
}
