package dev.sinter.planner.solve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sinter.planner.graph.CallGraph;
import dev.sinter.planner.plan.Objective;
import dev.sinter.planner.plan.Plan;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The solver against every plan there is. */
class OracleTest {
    private static final int GRAPHS = Integer.getInteger("sinter.planner.graphs", 70);
    private static final long MOST_PLANS = 200_000;
    private static final Duration LONG = Duration.ofMinutes(5);

    private final FusionSolver solver = new FusionSolver();

    @ParameterizedTest
    @EnumSource(Objective.class)
    void smallGraphs_haveTheBestOfAllPlans(Objective objective) {
        int compared = 0;
        for (int seed = 0; seed < GRAPHS; seed++) {
            CallGraph graph = RandomGraphs.graph(seed, 2 + seed % 7);
            Model model = new Model(graph);
            Worth before = new Evaluator(model).evaluate(new Groups(model).allAlone());
            Goal goal = Goal.of(objective, before);
            BruteForce all = new BruteForce(model, goal);
            if (all.count(MOST_PLANS) < MOST_PLANS) {
                Worth best = all.run();
                Plan plan = solver.solve(graph, objective, LONG);
                assertThat(plan.value())
                        .as("seed %d", seed)
                        .isCloseTo(goal.value(best), within(1e-7 * goal.value(best)));
                assertThat(plan.gap()).as("gap of seed %d", seed).isZero();
                compared++;
            }
        }
        assertThat(compared).isGreaterThan(GRAPHS * 9 / 10);
    }
}
