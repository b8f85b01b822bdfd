package dev.sinter.planner.solve;

import java.util.Arrays;

/** Numbers, last in first out. */
final class IntStack {
    private int[] numbers = new int[8];
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    void push(int number) {
        if (size == numbers.length) {
            numbers = Arrays.copyOf(numbers, size * 2);
        }
        numbers[size++] = number;
    }

    int pop() {
        return numbers[--size];
    }

    void clear() {
        size = 0;
    }
}
