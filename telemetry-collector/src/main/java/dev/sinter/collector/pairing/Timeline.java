package dev.sinter.collector.pairing;

import dev.sinter.collector.hop.Hop;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Intervals by start, searched by what is under way at a moment. Intervals arrive nearly in order, so they are sorted
 * when next asked, which costs one pass. Not thread-safe.
 */
final class Timeline<T> {

    private final List<T> items = new ArrayList<>();
    private final Function<T, Hop> hop;
    private final Comparator<T> byStart;
    private boolean sorted = true;
    private long longestNanos;

    Timeline(Function<T, Hop> hop) {
        this.hop = hop;
        this.byStart = Comparator.comparingLong(item -> hop.apply(item).startNanos());
    }

    void add(T item) {
        items.add(item);
        sorted = false;
        longestNanos = Math.max(longestNanos, hop.apply(item).durationNanos());
    }

    int size() {
        return items.size();
    }

    /** Duration of the longest interval lately: the longest ever, fading by one part in 64 per {@link #fade()}. */
    long longestNanos() {
        return longestNanos;
    }

    void fade() {
        long longestKept = 0;
        for (T item : items) {
            longestKept = Math.max(longestKept, hop.apply(item).durationNanos());
        }
        longestNanos = Math.max(longestKept, longestNanos - longestNanos / 64);
    }

    void forEach(Consumer<T> action) {
        sort();
        items.forEach(action);
    }

    void removeIf(Predicate<T> condition) {
        items.removeIf(condition);
    }

    /** All intervals that {@code [from, to]} touches, latest start first, as long as {@code visitor} says go on. */
    void forEachTouching(long from, long to, Predicate<T> visitor) {
        sort();
        for (int i = firstAfter(to) - 1; i >= 0; i--) {
            Hop candidate = hop.apply(items.get(i));
            if (candidate.startNanos() < from - longestNanos) {
                return;
            }
            if (candidate.endNanos() >= from && !visitor.test(items.get(i))) {
                return;
            }
        }
    }

    private int firstAfter(long nanos) {
        int low = 0;
        int high = items.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (hop.apply(items.get(middle)).startNanos() <= nanos) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private void sort() {
        if (!sorted) {
            items.sort(byStart);
            sorted = true;
        }
    }
}
