package dev.sinter.planner.solve;

import java.util.Arrays;

/** Numbers that are marked, to be visited smallest first. */
final class Dirty {
    private long[] words;
    private int lowest;

    Dirty(int size) {
        words = new long[size / Long.SIZE + 1];
        lowest = words.length;
    }

    void ensureCapacity(int size) {
        if (words.length * Long.SIZE < size) {
            int larger = 2 * size / Long.SIZE + 1;
            lowest = lowest == words.length ? larger : lowest;
            words = Arrays.copyOf(words, larger);
        }
    }

    void mark(int number) {
        words[number >> 6] |= 1L << number;
        lowest = Math.min(lowest, number >> 6);
    }

    void unmark(int number) {
        words[number >> 6] &= ~(1L << number);
    }

    /** The smallest marked number, −1 if none is. */
    int first() {
        while (lowest < words.length && words[lowest] == 0) {
            lowest++;
        }
        return lowest == words.length ? -1 : (lowest << 6) + Long.numberOfTrailingZeros(words[lowest]);
    }
}
