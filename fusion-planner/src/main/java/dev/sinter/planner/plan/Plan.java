package dev.sinter.planner.plan;

import java.util.List;

/**
 * Which functions share workloads, what that is worth, and what was refused. Immutable.
 *
 * <p>Its JSON form is the contract {@code sinter.dev/plan/v1}.
 *
 * @param groups sorted by name; every function is at home in exactly one
 * @param objective what was made small
 * @param value of the objective
 * @param bound proven: no plan has a smaller value
 * @param predicted what this plan is worth
 * @param before what all functions apart are worth
 * @param rejected pairs that stay remote, sorted
 */
public record Plan(
        List<PlannedGroup> groups,
        Objective objective,
        double value,
        double bound,
        Predicted predicted,
        Predicted before,
        List<Rejection> rejected) {

    public Plan {
        groups = List.copyOf(groups);
        rejected = List.copyOf(rejected);
    }

    /** The part of {@code value} that is not proven to be needed, 0 to 1. */
    public double gap() {
        return value == 0 ? 0 : (value - bound) / value;
    }
}
