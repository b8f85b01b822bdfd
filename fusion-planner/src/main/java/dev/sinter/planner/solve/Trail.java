package dev.sinter.planner.solve;

import java.util.Arrays;

/** Values overwritten since the last {@link #clear}, to be put back. */
final class Trail {
    private double[][] array = new double[64][];
    private int[] index = new int[64];
    private double[] before = new double[64];
    private int size;

    /** Writes {@code value}; {@code values} must not be exchanged for another array before {@link #undo}. */
    void set(double[] values, int at, double value) {
        if (size == index.length) {
            array = Arrays.copyOf(array, size * 2);
            index = Arrays.copyOf(index, size * 2);
            before = Arrays.copyOf(before, size * 2);
        }
        array[size] = values;
        index[size] = at;
        before[size++] = values[at];
        values[at] = value;
    }

    void undo() {
        while (size > 0) {
            size--;
            array[size][index[size]] = before[size];
        }
    }

    void clear() {
        size = 0;
    }
}
