package dev.sinter.planner.solve;

import java.util.Arrays;

/** What a change of a layout touches, until its worth is settled: copies that are new and slots whose sums change. */
final class Touched {
    /** Slots whose sums are to be made anew. */
    final Dirty slots;
    /** By copy: whether it has no figures of its own yet. */
    private boolean[] isNew = new boolean[0];

    Touched(int slots) {
        this.slots = new Dirty(slots);
    }

    void ensureCapacity(int slotCount, int copyCount) {
        slots.ensureCapacity(slotCount);
        if (isNew.length < copyCount) {
            isNew = Arrays.copyOf(isNew, copyCount);
        }
    }

    boolean isNew(int copy) {
        return isNew[copy];
    }

    void markNew(int copy) {
        isNew[copy] = true;
    }

    void settle(int copy) {
        isNew[copy] = false;
    }
}
