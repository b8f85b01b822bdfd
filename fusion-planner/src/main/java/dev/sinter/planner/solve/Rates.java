package dev.sinter.planner.solve;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Requests per second of every copy of a layout: one pass over the copies, callers first. A change is followed down
 * through the callees until nothing changes any more. Not safe for use by several threads.
 */
final class Rates {
    /** Rates that differ by less, relatively, are the same: sums in another order. */
    private static final double SAME = 1e-13;

    private final Model model;
    private final Copies copies;
    private final Cycles cycles;
    private final Trail trail;
    private final Touched touched;
    private final int[] rank;
    private final Dirty dirty;
    /** By copy, local and remote. */
    private double[] rate = new double[0];
    /** By copy, from outside its group. */
    private double[] received = new double[0];

    Rates(Model model, Copies copies, Cycles cycles, Trail trail, Touched touched) {
        this.model = model;
        this.copies = copies;
        this.cycles = cycles;
        this.trail = trail;
        this.touched = touched;
        rank = Components.ranks(model.size, model.callOrder);
        dirty = new Dirty(model.callOrder.length);
    }

    void ensureCapacity(int copyCount) {
        if (rate.length < copyCount) {
            rate = Arrays.copyOf(rate, copyCount);
            received = Arrays.copyOf(received, copyCount);
        }
    }

    double of(int copy) {
        return rate[copy];
    }

    double received(int copy) {
        return received[copy];
    }

    /** Notes that there is a new copy of {@code function}. */
    void mark(int function) {
        dirty.mark(rank[function]);
    }

    /** Notes that calls of {@code function} may go elsewhere now. */
    void markCallees(int function) {
        for (int pair : model.out[function]) {
            if (model.calls[pair] > 0) {
                dirty.mark(rank[model.to[pair]]);
            }
        }
    }

    void settle() {
        for (int c = dirty.first(); c >= 0; c = dirty.first()) {
            update(model.callOrder[c]);
            dirty.unmark(c);
        }
    }

    private void update(int[] component) {
        if (component.length > 1 || model.callsItself(component[0])) {
            int[] unknown = copies.of(component);
            double[] solved = cycles.rates(component, unknown, this::knownRate);
            for (int i = 0; i < unknown.length; i++) {
                set(unknown[i], solved[i]);
            }
            for (int copy : unknown) {
                setReceived(copy, arriving(copy, null));
            }
        } else {
            for (int copy = copies.first(component[0]); copy >= 0; copy = copies.next(copy)) {
                double arriving = arriving(copy, null);
                set(copy, arriving + fromInside(copy, null));
                setReceived(copy, arriving);
            }
        }
    }

    private void set(int copy, double value) {
        if (touched.isNew(copy)) {
            rate[copy] = value;
            markCallees(copies.function(copy));
        } else if (differ(value, rate[copy])) {
            trail.set(rate, copy, value);
            touched.slots.mark(copies.slotOf(copy));
            markCallees(copies.function(copy));
        }
    }

    private void setReceived(int copy, double value) {
        if (touched.isNew(copy)) {
            received[copy] = value;
            touched.settle(copy);
        } else if (differ(value, received[copy])) {
            trail.set(received, copy, value);
            touched.slots.mark(copies.slotOf(copy));
        }
    }

    private static boolean differ(double a, double b) {
        return Math.abs(a - b) > SAME * Math.max(a, b);
    }

    private double knownRate(int copy, int[] unknown) {
        return arriving(copy, unknown) + fromInside(copy, unknown);
    }

    /** Requests from outside and remote calls, without those from {@code unknown} copies, ascending. */
    private double arriving(int home, int @Nullable [] unknown) {
        if (!copies.isHome(home)) {
            return 0;
        }
        int f = copies.function(home);
        double sum = model.outside[f];
        for (int pair : model.in[f]) {
            double calls = model.calls[pair];
            if (calls > 0) {
                for (int copy = copies.first(model.from[pair]); copy >= 0; copy = copies.next(copy)) {
                    boolean counts = unknown == null || Arrays.binarySearch(unknown, copy) < 0;
                    if (counts && !copies.isLocal(copy, pair)) {
                        sum += calls * rate[copy];
                    }
                }
            }
        }
        return sum;
    }

    /** Local calls, without those from {@code unknown} copies, ascending. */
    private double fromInside(int copy, int @Nullable [] unknown) {
        Group group = copies.groupOf(copy);
        int start = copies.start(copies.slotOf(copy));
        double sum = 0;
        for (int i = 0; i < group.locals.length; i++) {
            int caller = start + group.fromAt[i];
            if (group.toAt[i] == copy - start && (unknown == null || Arrays.binarySearch(unknown, caller) < 0)) {
                sum += model.calls[group.locals[i]] * rate[caller];
            }
        }
        return sum;
    }
}
