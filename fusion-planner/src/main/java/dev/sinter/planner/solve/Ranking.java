package dev.sinter.planner.solve;

/** Numbers in the order of figures, without boxing: the first thing a fresh virtual machine does must not wait for streams. */
final class Ranking {
    private Ranking() {}

    /** {@code numbers} by their {@code figure}, the largest first; equal ones as they stand. */
    static int[] largestFirst(int[] numbers, double[] figure) {
        int[] sorted = numbers.clone();
        sort(sorted, numbers.clone(), 0, sorted.length, figure);
        return sorted;
    }

    /** All numbers by their {@code figure}, the largest first; equal ones ascending. */
    static int[] largestFirst(double[] figure) {
        int[] numbers = new int[figure.length];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = i;
        }
        return largestFirst(numbers, figure);
    }

    /** Merge sort of {@code sorted} from {@code start} to {@code end}; {@code other} holds the same there. */
    private static void sort(int[] sorted, int[] other, int start, int end, double[] figure) {
        if (end - start < 2) {
            return;
        }
        int middle = (start + end) >>> 1;
        sort(other, sorted, start, middle, figure);
        sort(other, sorted, middle, end, figure);
        int left = start;
        int right = middle;
        for (int i = start; i < end; i++) {
            boolean takesLeft = right == end || (left < middle && figure[other[left]] >= figure[other[right]]);
            sorted[i] = takesLeft ? other[left++] : other[right++];
        }
    }
}
