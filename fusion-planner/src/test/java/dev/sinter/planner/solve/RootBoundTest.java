package dev.sinter.planner.solve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinter.planner.graph.CallGraph;
import dev.sinter.planner.plan.Objective;
import dev.sinter.planner.plan.Plan;
import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class RootBoundTest {
    @Property(tries = 60)
    void noPlanIsBelowTheBound_howeverMuchEffortItTook(
            @ForAll @IntRange(max = 100_000) int seed,
            @ForAll @IntRange(min = 1, max = 14) int size,
            @ForAll Objective objective,
            @ForAll boolean isSmall) {
        CallGraph graph = RandomGraphs.graph(seed, size);
        Plan plan = new FusionSolver().solve(graph, objective, Duration.ofSeconds(20));
        Model model = Model.of(graph);
        Groups groups = new Groups(model);
        Evaluator evaluator = new Evaluator(model);
        Goal goal = Goal.of(objective, evaluator.evaluate(groups.allAlone()));
        Budget budget = new Budget(System::nanoTime, System.nanoTime() + 1_000_000_000L, 1);
        double bound = new RootBound(model, groups, evaluator, budget, isSmall).value(goal);
        assertThat(bound).isLessThanOrEqualTo(plan.value() * (1 + 1e-9)).isNotNegative();
    }

    @Property(tries = 40)
    void memoryAndWaitingTogether_boundNoPlanTooHigh_andNoLowerThanEachForItself(
            @ForAll @IntRange(max = 100_000) int seed, @ForAll @IntRange(min = 1, max = 12) int size) {
        CallGraph graph = RandomGraphs.graph(seed, size);
        Plan plan = new FusionSolver().solve(graph, Objective.COST, Duration.ofSeconds(20));
        Model model = Model.of(graph);
        Groups groups = new Groups(model);
        Evaluator evaluator = new Evaluator(model);
        Goal goal = Goal.of(Objective.COST, evaluator.evaluate(groups.allAlone()));
        Budget budget = new Budget(System::nanoTime, System.nanoTime() + 1_000_000_000L, 1);
        RootBound root = new RootBound(model, groups, evaluator, budget, true);
        PartialPlan nothing = new PartialPlan(model);
        PartialBound partial = new PartialBound(model, nothing, root);
        partial.compute();
        RequestCosts costs = new RequestCosts(model, groups, root, goal);
        double bound = new JointBound(model, nothing, partial, goal, costs).value();
        assertThat(bound)
                .isLessThanOrEqualTo(plan.value() * (1 + 1e-9))
                .isGreaterThanOrEqualTo(root.value(goal) * (1 - 1e-9));
    }
}
