package dev.sinter.planner.solve;

import dev.sinter.planner.graph.PlanningException;
import dev.sinter.planner.plan.Objective;

/**
 * An objective as weights of the three figures, and the order of layouts it means.
 *
 * @param latency weight of a millisecond of latency
 * @param gbSeconds weight of a GB-second per second
 * @param resident weight of a resident MiB
 * @param constant added to the weighted sum
 */
record Goal(double latency, double gbSeconds, double resident, double constant) {
    private static final double TIE = 1e-9;

    /**
     * The weights that {@code objective} means where all functions apart are worth {@code before}.
     *
     * @throws PlanningException {@code SNT0309} if that is beyond all numbers
     */
    static Goal of(Objective objective, Worth before) {
        Goal goal = switch (objective) {
            case LATENCY -> new Goal(1, 0, 0, 0);
            case COST -> new Goal(0, 1, 0, 0);
            case MEMORY -> new Goal(0, 0, 1, 0);
            case BALANCED -> balanced(before);
        };
        if (!Double.isFinite(goal.value(before))) {
            throw new PlanningException(
                    "SNT0309",
                    "call graph: all functions apart would take " + before.latencyMs() + " ms, "
                            + before.gbSecondsPerSecond() + " GB-seconds per second and " + before.residentMiB()
                            + " MiB (expected: figures that can be computed with). Maybe a function's rate is far too"
                            + " small beside its calls', or a figure is in another unit.");
        }
        return goal;
    }

    private static Goal balanced(Worth before) {
        double memory = before.gbSecondsPerSecond() + before.residentMiB() / 1024;
        double latencyWeight = before.latencyMs() > 0 ? 0.5 / before.latencyMs() : 0;
        double memoryWeight = memory > 0 ? 0.5 / memory : 0;
        double constant = (before.latencyMs() > 0 ? 0 : 0.5) + (memory > 0 ? 0 : 0.5);
        return new Goal(latencyWeight, memoryWeight, memoryWeight / 1024, constant);
    }

    double value(Worth worth) {
        return latency * worth.latencyMs()
                + gbSeconds * worth.gbSecondsPerSecond()
                + resident * worth.residentMiB()
                + constant;
    }

    /** Negative if {@code a} is to be preferred: by value, then resident memory, latency, members. */
    int compare(Worth a, Worth b) {
        if (a.everyoneCalled() != b.everyoneCalled()) {
            return a.everyoneCalled() ? -1 : 1;
        }
        int order = compare(value(a), value(b));
        order = order != 0 ? order : compare(a.residentMiB(), b.residentMiB());
        order = order != 0 ? order : compare(a.latencyMs(), b.latencyMs());
        return order != 0 ? order : Integer.compare(a.members(), b.members());
    }

    /** Whether no layout whose figures are at least these has a smaller value than {@code best}. */
    boolean hasNoLessValue(Worth least, Worth best) {
        return best.everyoneCalled() && isComparable(least) && compare(value(least), value(best)) >= 0;
    }

    /** Whether no layout whose figures are at least these can be preferred to {@code best}. */
    boolean cannotBeat(Worth least, Worth best) {
        return best.everyoneCalled() && isComparable(least) && compare(least, best) >= 0;
    }

    /** Whether no layout of this value at least is better than {@code best}, or as good where {@code tiesMatter}. */
    boolean isTooDear(double leastValue, Worth best, boolean tiesMatter) {
        return best.everyoneCalled()
                && Double.isFinite(leastValue)
                && compare(leastValue, value(best)) >= (tiesMatter ? 1 : 0);
    }

    private boolean isComparable(Worth worth) {
        return Double.isFinite(value(worth))
                && Double.isFinite(worth.residentMiB())
                && Double.isFinite(worth.latencyMs());
    }

    boolean isBetter(Worth a, Worth b) {
        return compare(a, b) < 0;
    }

    private static int compare(double a, double b) {
        if (!Double.isFinite(a - b)) {
            return Boolean.compare(!Double.isFinite(a), !Double.isFinite(b));
        }
        double tolerance = TIE * Math.max(1, Math.max(Math.abs(a), Math.abs(b)));
        return a < b - tolerance ? -1 : a > b + tolerance ? 1 : 0;
    }
}
