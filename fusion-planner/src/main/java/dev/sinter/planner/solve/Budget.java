package dev.sinter.planner.solve;

import java.util.function.LongSupplier;

/** How long a search may go on: until a moment, and so many steps, so that without haste its end is the same always. */
final class Budget {
    private static final int STEPS_PER_LOOK = 32;

    private final LongSupplier nanoTime;
    private final long deadline;
    private long steps;
    private boolean late;

    Budget(LongSupplier nanoTime, long deadline, long steps) {
        this.nanoTime = nanoTime;
        this.deadline = deadline;
        this.steps = steps;
    }

    /** A budget of its own number of steps with the same end. */
    Budget withSteps(long number) {
        return new Budget(nanoTime, deadline, number);
    }

    /** Takes one step; false once the budget is used up. */
    boolean step() {
        if (--steps % STEPS_PER_LOOK == 0) {
            late |= nanoTime.getAsLong() - deadline >= 0;
        }
        return steps >= 0 && !late;
    }

    boolean isSpent() {
        return steps <= 0 || late;
    }

    boolean isLate() {
        late |= nanoTime.getAsLong() - deadline >= 0;
        return late;
    }
}
