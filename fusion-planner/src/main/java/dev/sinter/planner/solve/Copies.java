package dev.sinter.planner.solve;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The copies of functions in the groups of a layout, and where the calls of each go: to the copy in its own group where
 * the pair is local there, to the callee's home otherwise. Groups can be taken out and put back again as they were, the
 * last first (dancing links, Knuth 2000). Not safe for use by several threads.
 */
final class Copies {
    private final Model model;
    /** By slot; null where it is free. */
    private @Nullable Group[] groups = new Group[0];
    /** By slot: the copy of the group's first member; the others follow. */
    private int[] start = new int[0];

    private int slots;
    private int count;
    private int capacity;
    private int used;
    /** By copy. */
    private int[] function = new int[0];

    private int[] slotOf = new int[0];
    private int[] next = new int[0];
    private int[] previous = new int[0];
    private final int[] first;
    private final int[] home;
    private final IntStack freeSlots = new IntStack();
    /** By number of members. */
    private IntStack[] freeBlocks = {};

    Copies(Model model) {
        this.model = model;
        first = new int[model.size];
        home = new int[model.size];
        Arrays.fill(first, -1);
        Arrays.fill(home, -1);
    }

    void clear() {
        Arrays.fill(first, -1);
        Arrays.fill(home, -1);
        Arrays.fill(groups, null);
        slots = 0;
        count = 0;
        used = 0;
        freeSlots.clear();
        for (IntStack blocks : freeBlocks) {
            blocks.clear();
        }
    }

    /** Number of copies there are. */
    int count() {
        return count;
    }

    /** One more than the highest number of a copy ever used. */
    int capacity() {
        return capacity;
    }

    /** One more than the highest slot in use. */
    int slots() {
        return slots;
    }

    /** The group in {@code slot}; null if none is there. */
    @Nullable
    Group group(int slot) {
        return groups[slot];
    }

    /** The copy of the first member of the group in {@code slot}; the others' follow. */
    int start(int slot) {
        return start[slot];
    }

    /** A copy of {@code f}, −1 if there is none. */
    int first(int f) {
        return first[f];
    }

    /** Another copy of the same function, −1 after the last. */
    int next(int copy) {
        return next[copy];
    }

    /** The copy to which remote calls to {@code f} go. */
    int home(int f) {
        return home[f];
    }

    int function(int copy) {
        return function[copy];
    }

    int slotOf(int copy) {
        return slotOf[copy];
    }

    boolean isHome(int copy) {
        return home[function[copy]] == copy;
    }

    Group groupOf(int copy) {
        Group group = groups[slotOf[copy]];
        if (group == null) {
            throw new IllegalStateException("copy " + copy + " is in no group");
        }
        return group;
    }

    /** Whether calls of {@code pair} from {@code copy} of its caller stay in its group. */
    boolean isLocal(int copy, int pair) {
        return groupOf(copy).isLocal(pair);
    }

    /** Where calls of {@code pair} from {@code copy} of its caller go. */
    int target(int copy, int pair) {
        if (!isLocal(copy, pair)) {
            return home[model.to[pair]];
        }
        return start[slotOf[copy]] + groupOf(copy).position(model.to[pair]);
    }

    /** All copies of the functions of {@code component}. */
    int[] of(int[] component) {
        int[] found = new int[4];
        int size = 0;
        for (int f : component) {
            for (int copy = first[f]; copy >= 0; copy = next[copy]) {
                if (size == found.length) {
                    found = Arrays.copyOf(found, size * 2);
                }
                found[size++] = copy;
            }
        }
        return Arrays.copyOf(found, size);
    }

    /** Adds a group; returns its slot. */
    int place(Group group) {
        int slot = freeSlots.isEmpty() ? slots++ : freeSlots.pop();
        if (slot == groups.length) {
            groups = Arrays.copyOf(groups, Math.max(8, slot * 2));
            start = Arrays.copyOf(start, groups.length);
        }
        int size = group.members.length;
        if (size >= freeBlocks.length || freeBlocks[size].isEmpty()) {
            start[slot] = used;
            used += size;
            ensureCapacity();
        } else {
            start[slot] = freeBlocks[size].pop();
        }
        for (int i = 0; i < size; i++) {
            int copy = start[slot] + i;
            int f = group.members[i];
            function[copy] = f;
            slotOf[copy] = slot;
            next[copy] = first[f];
            previous[copy] = -1;
        }
        link(slot, group);
        return slot;
    }

    /** Takes the group out of {@code slot}, which stays reserved for {@link #restore} until {@link #release}. */
    Group remove(int slot) {
        Group group = groups[slot];
        if (group == null) {
            throw new IllegalStateException("slot " + slot + " is empty");
        }
        for (int copy = start[slot], end = copy + group.members.length; copy < end; copy++) {
            if (previous[copy] < 0) {
                first[function[copy]] = next[copy];
            } else {
                next[previous[copy]] = next[copy];
            }
            if (next[copy] >= 0) {
                previous[next[copy]] = previous[copy];
            }
        }
        groups[slot] = null;
        count -= group.members.length;
        return group;
    }

    /** Undoes {@link #remove}; groups taken out come back in reverse order. */
    void restore(int slot, Group group) {
        link(slot, group);
    }

    private void link(int slot, Group group) {
        groups[slot] = group;
        count += group.members.length;
        for (int copy = start[slot], end = copy + group.members.length; copy < end; copy++) {
            if (previous[copy] < 0) {
                first[function[copy]] = copy;
            } else {
                next[previous[copy]] = copy;
            }
            if (next[copy] >= 0) {
                previous[next[copy]] = copy;
            }
        }
        for (int i = 0; i < group.homes.length; i++) {
            home[group.homes[i]] = start[slot] + group.homeAt[i];
        }
    }

    /** Lets a slot whose group was taken out be used again. */
    void release(int slot, Group group) {
        freeSlots.push(slot);
        int size = group.members.length;
        if (size >= freeBlocks.length) {
            int before = freeBlocks.length;
            freeBlocks = Arrays.copyOf(freeBlocks, size + 1);
            for (int i = before; i <= size; i++) {
                freeBlocks[i] = new IntStack();
            }
        }
        freeBlocks[size].push(start[slot]);
    }

    private void ensureCapacity() {
        if (used > capacity) {
            capacity = Math.max(16, used * 2);
            function = Arrays.copyOf(function, capacity);
            slotOf = Arrays.copyOf(slotOf, capacity);
            next = Arrays.copyOf(next, capacity);
            previous = Arrays.copyOf(previous, capacity);
        }
    }
}
