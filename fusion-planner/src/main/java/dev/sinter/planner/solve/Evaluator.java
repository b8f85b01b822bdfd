package dev.sinter.planner.solve;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Computes what layouts are worth, exactly as the plan contract defines it, and what changes of one are worth.
 *
 * <p>A copy is one function in one group. Every copy's calls go to one copy each ({@link Copies}). So times are one
 * pass over the copies, callees first, and rates one pass with callers first; only the copies of functions that call
 * each other in a cycle form equations. A change recomputes what it touches: times from its groups up through the
 * callers until nothing changes, rates down through the callees. Holds its working arrays: not safe for use by several
 * threads.
 */
final class Evaluator {
    /** Rates that differ by less, relatively, are the same: sums in another order. */
    private static final double SAME_RATE = 1e-13;

    private final Model model;
    private final Copies copies;
    private final Cycles cycles;
    private final Trail trail = new Trail();
    private final Dirty dirtyTimes;
    private final Dirty dirtyRates;
    private final Dirty dirtySlots;
    private final int[] waitRank;
    private final int[] callRank;
    /** By copy. */
    private double[] timeMs = new double[0];

    private double[] rate = new double[0];
    private double[] received = new double[0];
    /** By function. */
    private final double[] homeTimeMs;
    /** By slot. */
    private double[] busy = new double[0];

    private double[] replicas = new double[0];
    private double[] uncalled = new double[0];
    private boolean[] isNew = new boolean[0];

    private int[] removedSlots = new int[0];
    private Group[] removedGroups = new Group[0];
    private int[] addedSlots = new int[0];

    Evaluator(Model model) {
        this.model = model;
        copies = new Copies(model);
        cycles = new Cycles(model, copies);
        homeTimeMs = new double[model.size];
        waitRank = ranks(model.waitOrder);
        callRank = ranks(model.callOrder);
        dirtyTimes = new Dirty(model.waitOrder.length);
        dirtyRates = new Dirty(model.callOrder.length);
        dirtySlots = new Dirty(model.size + 8);
    }

    private int[] ranks(int[][] order) {
        int[] rank = new int[model.size];
        for (int c = 0; c < order.length; c++) {
            for (int f : order[c]) {
                rank[f] = c;
            }
        }
        return rank;
    }

    /** What {@code groups} are worth; each function must be at home in exactly one. Group i has slot i. */
    Worth evaluate(Group[] groups) {
        copies.clear();
        trail.clear();
        for (Group group : groups) {
            copies.place(group);
        }
        ensureCapacity();
        Arrays.fill(homeTimeMs, Double.NaN);
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
                markCallees(f);
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
        return rate[copy];
    }

    /** Time of a request at {@code function} where it is at home. */
    double homeTimeMs(int function) {
        return homeTimeMs[function];
    }

    /** Requests per second that {@code function}'s home receives from outside its group. */
    double homeReceived(int function) {
        return received[copies.home(function)];
    }

    /** Requests inside the group in {@code slot} at a time. */
    double busy(int slot) {
        return busy[slot];
    }

    double replicas(int slot) {
        return replicas[slot];
    }

    /** Whether the time that requests spend in the group decides how many instances it needs. */
    boolean isBusyBound(int slot) {
        return replicas[slot] > 1 && replicas[slot] == busy[slot] / model.limits.concurrency();
    }

    private void ensureCapacity() {
        if (busy.length < copies.slots()) {
            int capacity = copies.slots() * 2;
            busy = Arrays.copyOf(busy, capacity);
            replicas = Arrays.copyOf(replicas, capacity);
            uncalled = Arrays.copyOf(uncalled, capacity);
            dirtySlots.ensureCapacity(capacity);
        }
        if (timeMs.length < copies.capacity()) {
            timeMs = Arrays.copyOf(timeMs, copies.capacity());
            rate = Arrays.copyOf(rate, copies.capacity());
            received = Arrays.copyOf(received, copies.capacity());
            isNew = Arrays.copyOf(isNew, copies.capacity());
        }
    }

    private void markNew(int slot) {
        int copy = copies.start(slot);
        for (int end = copy + copies.groupOf(copy).members.length; copy < end; copy++) {
            isNew[copy] = true;
            dirtyTimes.mark(waitRank[copies.function(copy)]);
            dirtyRates.mark(callRank[copies.function(copy)]);
        }
        dirtySlots.mark(slot);
    }

    private void markCallees(int f) {
        for (int pair : model.out[f]) {
            if (model.calls[pair] > 0) {
                dirtyRates.mark(callRank[model.to[pair]]);
            }
        }
    }

    private Worth settle() {
        for (int c = dirtyTimes.first(); c >= 0; c = dirtyTimes.first()) {
            updateTimes(model.waitOrder[c]);
            dirtyTimes.unmark(c);
        }
        for (int c = dirtyRates.first(); c >= 0; c = dirtyRates.first()) {
            updateRates(model.callOrder[c]);
            dirtyRates.unmark(c);
        }
        for (int slot = dirtySlots.first(); slot >= 0; slot = dirtySlots.first()) {
            dirtySlots.unmark(slot);
            Group group = copies.group(slot);
            if (group != null) {
                sum(slot, group);
            }
        }
        return total();
    }

    private void updateTimes(int[] component) {
        if (component.length > 1 || model.waitsForItself(component[0])) {
            int[] unknown = copies.of(component);
            double[] solved = cycles.times(component, unknown, (copy, known) -> timeMs(copy, known));
            for (int i = 0; i < unknown.length; i++) {
                setTime(unknown[i], solved[i]);
            }
        } else {
            for (int copy = copies.first(component[0]); copy >= 0; copy = copies.next(copy)) {
                setTime(copy, timeMs(copy, null));
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

    private void setTime(int copy, double time) {
        if (isNew[copy]) {
            timeMs[copy] = time;
        } else if (time != timeMs[copy]) {
            trail.set(timeMs, copy, time);
            dirtySlots.mark(copies.slotOf(copy));
            if (!copies.isHome(copy)) {
                markCallers(copies.function(copy));
            }
        }
    }

    private void markCallers(int f) {
        for (int pair : model.in[f]) {
            if (model.wait[pair] > 0) {
                dirtyTimes.mark(waitRank[model.from[pair]]);
            }
        }
    }

    /** Busy time, hops, and waiting for callees; for {@code unknown} ones, ascending, only the hop. */
    private double timeMs(int copy, int @Nullable [] unknown) {
        Group group = copies.groupOf(copy);
        int start = copies.start(copies.slotOf(copy));
        int[] out = model.out[copies.function(copy)];
        double sum = model.busyMs[copies.function(copy)];
        int next = group.firstLocal(copy - start);
        for (int pair : out) {
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

    private void updateRates(int[] component) {
        if (component.length > 1 || model.callsItself(component[0])) {
            int[] unknown = copies.of(component);
            double[] solved =
                    cycles.rates(component, unknown, (copy, known) -> arriving(copy, known) + fromInside(copy, known));
            for (int i = 0; i < unknown.length; i++) {
                setRate(unknown[i], solved[i]);
            }
            for (int copy : unknown) {
                setReceived(copy, arriving(copy, null));
            }
        } else {
            for (int copy = copies.first(component[0]); copy >= 0; copy = copies.next(copy)) {
                double arriving = arriving(copy, null);
                setRate(copy, arriving + fromInside(copy, null));
                setReceived(copy, arriving);
            }
        }
    }

    private void setRate(int copy, double value) {
        if (isNew[copy]) {
            rate[copy] = value;
            markCallees(copies.function(copy));
        } else if (differ(value, rate[copy])) {
            trail.set(rate, copy, value);
            dirtySlots.mark(copies.slotOf(copy));
            markCallees(copies.function(copy));
        }
    }

    private void setReceived(int copy, double value) {
        if (isNew[copy]) {
            received[copy] = value;
            isNew[copy] = false;
        } else if (differ(value, received[copy])) {
            trail.set(received, copy, value);
            dirtySlots.mark(copies.slotOf(copy));
        }
    }

    private static boolean differ(double a, double b) {
        return Math.abs(a - b) > SAME_RATE * Math.max(a, b);
    }

    /** Requests from outside and remote calls, without those from {@code unknown} copies. */
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

    /** Local calls, without those from {@code unknown} copies. */
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

    private void sum(int slot, Group group) {
        double requests = 0;
        double inside = 0;
        double cpu = 0;
        double idle = 0;
        int start = copies.start(slot);
        for (int copy = start; copy < start + group.members.length; copy++) {
            int f = copies.function(copy);
            if (rate[copy] > 0) {
                cpu += model.rate[f] > 0 ? model.cpu[f] * rate[copy] / model.rate[f] : 0;
            } else if (group.members.length > 1) {
                idle++;
            }
            if (copies.isHome(copy)) {
                requests += received[copy];
                inside += received[copy] * timeMs[copy] / 1000;
            }
        }
        double instances = requests > 0
                ? Math.max(1, Math.max(inside / model.limits.concurrency(), cpu / model.limits.cpuMillicores()))
                : 0;
        trail.set(busy, slot, inside);
        trail.set(replicas, slot, instances);
        trail.set(uncalled, slot, idle);
    }

    private Worth total() {
        double latencyMs = 0;
        for (int f = 0; f < model.size; f++) {
            latencyMs += model.timeWeight[f] * homeTimeMs[f];
        }
        double gbSeconds = 0;
        double residentMiB = 0;
        double idle = 0;
        for (int slot = 0; slot < copies.slots(); slot++) {
            Group group = copies.group(slot);
            if (group != null) {
                gbSeconds += group.memoryMiB / 1024 * busy[slot];
                residentMiB += replicas[slot] * (group.memoryMiB + model.limits.sidecarMiB());
                idle += uncalled[slot];
            }
        }
        return new Worth(latencyMs, gbSeconds, residentMiB, copies.count(), idle == 0);
    }
}
