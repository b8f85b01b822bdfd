package dev.sinter.planner.solve;

import dev.sinter.planner.graph.CallGraph;
import dev.sinter.planner.plan.Objective;
import dev.sinter.planner.plan.Plan;
import java.time.Duration;
import java.util.List;

/**
 * Finds the plan of a call graph that an objective prefers. Equal input gives equal plans, whatever its order, unless
 * the time limit cuts the search short. Safe for use by several threads.
 */
public final class FusionSolver {

    /**
     * The best plan found within about {@code timeLimit}, with a proven bound of what any plan could reach.
     *
     * @throws dev.sinter.planner.graph.PlanningException if the graph's figures contradict each other
     */
    public Plan solve(CallGraph graph, Objective objective, Duration timeLimit) {
        Model model = new Model(graph);
        Groups groups = new Groups(model);
        Evaluator evaluator = new Evaluator(model);
        Group[] apart = groups.allAlone();
        Worth before = evaluator.evaluate(apart);
        Goal goal = Goal.of(objective, before);
        Group[] best = new MergeSearch(groups, evaluator, goal).improve(apart);
        return new PlanWriter(model, evaluator, before).write(best, objective, 0, List.of());
    }
}
