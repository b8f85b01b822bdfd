package dev.sinter.planner.solve;

import java.util.Arrays;

/**
 * Computes what layouts are worth, exactly as the plan contract defines it, and what changes of one are worth.
 *
 * <p>A copy is one function in one group. Every copy's calls go to one copy each ({@link Copies}). So {@link Times} are
 * one pass over the copies, callees first, and {@link Rates} one pass with callers first; only the copies of functions
 * that call each other in a cycle form equations. A change recomputes what it touches. Holds its working arrays: not safe
 * for use by several threads.
 */
final class Evaluator {
    private final Model model;
    private final Copies copies;
    private final Trail trail = new Trail();
    private final Touched touched;
    private final Times times;
    private final Rates rates;
    private final Sums sums;

    private int[] removedSlots = new int[0];
    private Group[] removedGroups = new Group[0];
    private int[] addedSlots = new int[0];

    Evaluator(Model model) {
        this.model = model;
        copies = new Copies(model);
        touched = new Touched(model.size + 8);
        Cycles cycles = new Cycles(model, copies);
        times = new Times(model, copies, cycles, trail, touched);
        rates = new Rates(model, copies, cycles, trail, touched);
        sums = new Sums(model, copies, times, rates, trail);
    }

    /** What {@code groups} are worth; each function must be at home in exactly one. Group i has slot i. */
    Worth evaluate(Group[] groups) {
        copies.clear();
        trail.clear();
        times.clear();
        for (Group group : groups) {
            copies.place(group);
        }
        ensureCapacity();
        for (int slot = 0; slot < groups.length; slot++) {
            markNew(slot);
        }
        Worth worth = settle();
        trail.clear();
        return worth;
    }

    /**
     * What the layout is worth with {@code added} in place of the groups in slots {@code removed}, the homes being the
     * same functions. To be followed by {@link #keep} or {@link #undo}.
     */
    Worth change(int[] removed, Group... added) {
        removedSlots = removed;
        removedGroups = new Group[removed.length];
        for (int i = 0; i < removed.length; i++) {
            removedGroups[i] = copies.remove(removed[i]);
            for (int f : removedGroups[i].members) {
                rates.markCallees(f);
            }
        }
        addedSlots = new int[added.length];
        for (int i = 0; i < added.length; i++) {
            addedSlots[i] = copies.place(added[i]);
        }
        ensureCapacity();
        for (int slot : addedSlots) {
            markNew(slot);
        }
        return settle();
    }

    /** Makes the last change one that can no longer be undone. */
    void keep() {
        for (int i = 0; i < removedSlots.length; i++) {
            copies.release(removedSlots[i], removedGroups[i]);
        }
        trail.clear();
    }

    /** Takes the last change back. */
    void undo() {
        for (int i = addedSlots.length - 1; i >= 0; i--) {
            copies.release(addedSlots[i], copies.remove(addedSlots[i]));
        }
        for (int i = removedSlots.length - 1; i >= 0; i--) {
            copies.restore(removedSlots[i], removedGroups[i]);
        }
        trail.undo();
    }

    /** The layout's groups, by slot. */
    Group[] layout() {
        Group[] layout = new Group[copies.slots()];
        int count = 0;
        for (int slot = 0; slot < copies.slots(); slot++) {
            Group group = copies.group(slot);
            if (group != null) {
                layout[count++] = group;
            }
        }
        return Arrays.copyOf(layout, count);
    }

    /** Where the calls of the layout go. */
    Copies copies() {
        return copies;
    }

    /** Requests per second of a copy, local and remote. */
    double rate(int copy) {
        return rates.of(copy);
    }

    /** Time of a request at {@code function} where it is at home. */
    double homeTimeMs(int function) {
        return times.ofHome(function);
    }

    /** Requests per second that {@code function}'s home receives from outside its group. */
    double homeReceived(int function) {
        return rates.received(copies.home(function));
    }

    double replicas(int slot) {
        return sums.replicas(slot);
    }

    /** Whether the time that requests spend in the group decides how many instances it needs. */
    boolean isBusyBound(int slot) {
        return sums.replicas(slot) > 1 && sums.replicas(slot) == sums.busy(slot) / model.limits.concurrency();
    }

    private void ensureCapacity() {
        int slotCount = copies.slots();
        int copyCount = copies.capacity();
        touched.ensureCapacity(slotCount, copyCount);
        times.ensureCapacity(copyCount);
        rates.ensureCapacity(copyCount);
        sums.ensureCapacity(slotCount);
    }

    private void markNew(int slot) {
        int copy = copies.start(slot);
        for (int end = copy + copies.groupOf(copy).members.length; copy < end; copy++) {
            touched.markNew(copy);
            times.mark(copies.function(copy));
            rates.mark(copies.function(copy));
        }
        touched.slots.mark(slot);
    }

    private Worth settle() {
        times.settle();
        rates.settle();
        for (int slot = touched.slots.first(); slot >= 0; slot = touched.slots.first()) {
            touched.slots.unmark(slot);
            Group group = copies.group(slot);
            if (group != null) {
                sums.update(slot, group);
            }
        }
        return sums.total();
    }
}
