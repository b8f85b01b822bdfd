package dev.sinter.planner.solve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sinter.planner.graph.CallGraph;
import dev.sinter.planner.plan.Objective;
import dev.sinter.planner.plan.Plan;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The solver against every plan there is. {@code -Dsinter.planner.graphs=1000} is the long form. */
class OracleTest {
    private static final int GRAPHS = Integer.getInteger("sinter.planner.graphs", 70);
    private static final long MOST_PLANS = 200_000;
    private static final Duration LONG = Duration.ofMinutes(5);

    private final FusionSolver solver = new FusionSolver();

    @Test
    void smallGraphs_haveTheBestOfAllPlans_forEveryObjective() {
        int compared = 0;
        int seed = 0;
        for (; compared < GRAPHS; seed++) {
            CallGraph graph = RandomGraphs.graph(seed, 2 + seed % 7);
            Model model = Model.of(graph);
            Worth before = new Evaluator(model).evaluate(new Groups(model).allAlone());
            List<Objective> objectives = List.of(Objective.values());
            List<Goal> goals = objectives.stream()
                    .map(objective -> Goal.of(objective, before))
                    .toList();
            BruteForce all = new BruteForce(model, goals);
            if (all.count(MOST_PLANS) < MOST_PLANS) {
                Worth[] best = all.run();
                for (int i = 0; i < best.length; i++) {
                    Objective objective = objectives.get(i);
                    double least = goals.get(i).value(best[i]);
                    Plan plan = solver.solve(graph, objective, LONG);
                    assertThat(plan.value()).as("%s, seed %d", objective, seed).isCloseTo(least, within(1e-7 * least));
                    assertThat(plan.gap())
                            .as("gap of %s, seed %d", objective, seed)
                            .isZero();
                }
                compared++;
            }
        }
        System.out.printf("brute force: %d graphs compared, %d had too many plans%n", compared, seed - compared);
    }
}
