package dev.sinter.planner.solve;

import dev.sinter.planner.graph.PlanningException;
import java.util.Arrays;

/** Times and rates of copies of functions that call each other in a cycle: expected visits. */
final class Cycles {
    private final Model model;
    private final Copies copies;

    Cycles(Model model, Copies copies) {
        this.model = model;
        this.copies = copies;
    }

    /** What is known of a copy's figure, without what comes from {@code unknown} copies, ascending. */
    interface Known {
        double of(int copy, int[] unknown);
    }

    /** Times of {@code unknown}, all copies of {@code component}. */
    double[] times(int[] component, int[] unknown, Known known) {
        return solve(component, unknown, known, model.wait, true, "waits for itself without end");
    }

    /** Rates of {@code unknown}, all copies of {@code component}. */
    double[] rates(int[] component, int[] unknown, Known known) {
        return solve(component, unknown, known, model.calls, false, "is called without end");
    }

    private double[] solve(
            int[] component, int[] unknown, Known known, double[] weight, boolean byCaller, String endless) {
        int[] sorted = unknown.clone();
        Arrays.sort(sorted);
        int[] position = new int[sorted.length];
        for (int i = 0; i < unknown.length; i++) {
            position[Arrays.binarySearch(sorted, unknown[i])] = i;
        }
        double[] right = new double[unknown.length];
        double[][] matrix = new double[unknown.length][unknown.length];
        for (int i = 0; i < unknown.length; i++) {
            right[i] = known.of(unknown[i], sorted);
            for (int pair : model.out[copies.function(unknown[i])]) {
                int at = Arrays.binarySearch(sorted, copies.target(unknown[i], pair));
                if (at >= 0 && byCaller) {
                    matrix[i][position[at]] += weight[pair];
                } else if (at >= 0) {
                    matrix[position[at]][i] += weight[pair];
                }
            }
        }
        double[] solution = LeastSolution.of(matrix, right);
        if (solution == null) {
            throw new PlanningException(
                    "SNT0307",
                    "call cycle through " + model.name[component[0]] + ": it " + endless
                            + " (expected: fewer than one call back per request). Maybe edges' rates and the"
                            + " functions' come from different windows.");
        }
        return solution;
    }
}
