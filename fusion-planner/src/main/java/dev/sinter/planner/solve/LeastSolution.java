package dev.sinter.planner.solve;

import org.jspecify.annotations.Nullable;

/**
 * The least non-negative x with x = A·x + b, where A and b are non-negative and A is irreducible.
 *
 * <p>I − A is a non-singular M-matrix exactly when such an x exists for every b, and exactly then elimination without
 * exchanging rows meets positive pivots only (Berman and Plemmons, "Nonnegative Matrices in the Mathematical Sciences",
 * chapter 6).
 */
final class LeastSolution {
    private static final double SMALLEST_PIVOT = 1e-12;

    private LeastSolution() {}

    /** The solution, or null if it is infinite. Overwrites both arguments. */
    static double @Nullable [] of(double[][] a, double[] b) {
        int n = b.length;
        boolean nothing = true;
        for (int i = 0; i < n; i++) {
            nothing &= b[i] == 0;
        }
        if (nothing) {
            return b;
        }
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                a[i][j] = (i == j ? 1 : 0) - a[i][j];
            }
        }
        for (int k = 0; k < n; k++) {
            if (!(a[k][k] > SMALLEST_PIVOT)) {
                return null;
            }
            for (int i = k + 1; i < n; i++) {
                double factor = a[i][k] / a[k][k];
                if (factor != 0) {
                    for (int j = k; j < n; j++) {
                        a[i][j] -= factor * a[k][j];
                    }
                    b[i] -= factor * b[k];
                }
            }
        }
        for (int k = n - 1; k >= 0; k--) {
            for (int j = k + 1; j < n; j++) {
                b[k] -= a[k][j] * b[j];
            }
            b[k] /= a[k][k];
        }
        return b;
    }
}
