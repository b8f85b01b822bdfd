package dev.sinter.planner.solve;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Milliseconds of a request at every copy of a layout: one pass over the copies, callees first. A change is followed up
 * through the callers until nothing changes any more. Not safe for use by several threads.
 */
final class Times {
    private final Model model;
    private final Copies copies;
    private final Cycles cycles;
    private final Trail trail;
    private final Touched touched;
    private final int[] rank;
    private final Dirty dirty;
    /** By copy. */
    private double[] timeMs = new double[0];
    /** By function. */
    private final double[] homeTimeMs;

    Times(Model model, Copies copies, Cycles cycles, Trail trail, Touched touched) {
        this.model = model;
        this.copies = copies;
        this.cycles = cycles;
        this.trail = trail;
        this.touched = touched;
        rank = Components.ranks(model.size, model.waitOrder);
        dirty = new Dirty(model.waitOrder.length);
        homeTimeMs = new double[model.size];
    }

    void clear() {
        Arrays.fill(homeTimeMs, Double.NaN);
    }

    void ensureCapacity(int copyCount) {
        timeMs = timeMs.length < copyCount ? Arrays.copyOf(timeMs, copyCount) : timeMs;
    }

    double of(int copy) {
        return timeMs[copy];
    }

    double ofHome(int function) {
        return homeTimeMs[function];
    }

    /** Notes that there is a new copy of {@code function}. */
    void mark(int function) {
        dirty.mark(rank[function]);
    }

    void settle() {
        for (int c = dirty.first(); c >= 0; c = dirty.first()) {
            update(model.waitOrder[c]);
            dirty.unmark(c);
        }
    }

    private void update(int[] component) {
        if (component.length > 1 || model.waitsForItself(component[0])) {
            int[] unknown = copies.of(component);
            double[] solved = cycles.times(component, unknown, this::timeMs);
            for (int i = 0; i < unknown.length; i++) {
                set(unknown[i], solved[i]);
            }
        } else {
            for (int copy = copies.first(component[0]); copy >= 0; copy = copies.next(copy)) {
                set(copy, timeMs(copy, null));
            }
        }
        for (int f : component) {
            double homeTime = timeMs[copies.home(f)];
            if (homeTime != homeTimeMs[f]) {
                trail.set(homeTimeMs, f, homeTime);
                markCallers(f);
            }
        }
    }

    private void set(int copy, double time) {
        if (touched.isNew(copy)) {
            timeMs[copy] = time;
        } else if (time != timeMs[copy]) {
            trail.set(timeMs, copy, time);
            touched.slots.mark(copies.slotOf(copy));
            if (!copies.isHome(copy)) {
                markCallers(copies.function(copy));
            }
        }
    }

    private void markCallers(int f) {
        for (int pair : model.in[f]) {
            if (model.wait[pair] > 0) {
                dirty.mark(rank[model.from[pair]]);
            }
        }
    }

    /** Busy time, hops, and waiting for callees; for {@code unknown} ones, ascending, only the hop. */
    private double timeMs(int copy, int @Nullable [] unknown) {
        Group group = copies.groupOf(copy);
        int start = copies.start(copies.slotOf(copy));
        double sum = model.busyMs[copies.function(copy)];
        int next = group.firstLocal(copy - start);
        for (int pair : model.out[copies.function(copy)]) {
            boolean local = next < group.locals.length && group.locals[next] == pair;
            int target = local ? start + group.toAt[next++] : copies.home(model.to[pair]);
            double wait = model.wait[pair];
            if (wait > 0) {
                sum += local ? wait * group.localHopMs : model.hopMs[pair];
                if (unknown == null || Arrays.binarySearch(unknown, target) < 0) {
                    sum += wait * timeMs[target];
                }
            }
        }
        return sum;
    }
}
