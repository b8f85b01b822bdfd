package dev.sinter.planner.graph;

/** Refuses figures that no measurement can yield. Names are given in parts, put together only if needed: graphs have many. */
final class Figures {
    private Figures() {}

    /** Throws {@code SNT0301} unless {@code value} is finite and at least 0. */
    static void requireAmount(double value, String... name) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new PlanningException(
                    "SNT0301", String.join("", name) + ": " + value + " (expected: a finite number, at least 0)");
        }
    }

    /** Throws {@code SNT0301} unless {@code value} is finite and above 0. */
    static void requirePositive(double value, String... name) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new PlanningException(
                    "SNT0301", String.join("", name) + ": " + value + " (expected: a finite number above 0)");
        }
    }

    /** Throws {@code SNT0301} unless {@code value} lies between 0 and 1. */
    static void requireShare(double value, String... name) {
        if (!(value >= 0 && value <= 1)) {
            throw new PlanningException("SNT0301", String.join("", name) + ": " + value + " (expected: 0 to 1)");
        }
    }

    /** Throws {@code SNT0302} if {@code value} is blank. */
    static void requireName(String name, String value) {
        if (value.isBlank()) {
            throw new PlanningException("SNT0302", name + ": \"" + value + "\" (expected: a name)");
        }
    }
}
