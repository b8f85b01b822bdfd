package dev.sinter.planner.solve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sinter.planner.graph.CallGraph;
import dev.sinter.planner.graph.Tier;
import dev.sinter.planner.graph.TierCost;
import dev.sinter.planner.plan.Objective;
import dev.sinter.planner.plan.Plan;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The solver against every plan there is. {@code -Dsinter.planner.graphs=1000} is the long form. */
class OracleTest {
    private static final int GRAPHS = Integer.getInteger("sinter.planner.graphs", 70);
    private static final int FIRST_SEED = Integer.getInteger("sinter.planner.firstSeed", 0);
    private static final long MOST_PLANS = 200_000;
    private static final Duration LONG = Duration.ofMinutes(5);
    /** Groups of a weaker tier call faster and share more. */
    private static final Map<Tier, TierCost> UPSIDE_DOWN = Map.of(
            Tier.IN_PROCESS, new TierCost(3, false),
            Tier.FORKED, new TierCost(2, false),
            Tier.CO_PROCESS, new TierCost(1, true),
            Tier.CO_POD, new TierCost(0, true));

    private final FusionSolver solver = new FusionSolver();

    @Test
    void smallGraphs_haveTheBestOfAllPlans_forEveryObjective() {
        int compared = 0;
        int seed = FIRST_SEED;
        for (; compared < GRAPHS; seed++) {
            compared += compare(RandomGraphs.graph(seed, 2 + seed % 7), "seed " + seed) ? 1 : 0;
        }
        System.out.printf(
                "brute force: %d graphs compared, %d had too many plans%n", compared, seed - FIRST_SEED - compared);
    }

    @Test
    void smallGraphs_haveTheBestOfAllPlans_whereLargerGroupsNeedLess() {
        for (int seed = FIRST_SEED; seed < FIRST_SEED + GRAPHS / 2; seed++) {
            CallGraph graph = RandomGraphs.graph(seed, 2 + seed % 6);
            CallGraph odd = new CallGraph(
                    60,
                    graph.functions(),
                    graph.edges(),
                    graph.limits(),
                    UPSIDE_DOWN,
                    graph.pairs(),
                    graph.forbidden());
            compare(odd, "upside down, seed " + seed);
        }
    }

    /** False if there are too many plans. */
    private boolean compare(CallGraph graph, String what) {
        Model model = Model.of(graph);
        Worth before = new Evaluator(model).evaluate(new Groups(model).allAlone());
        List<Objective> objectives = List.of(Objective.values());
        List<Goal> goals =
                objectives.stream().map(objective -> Goal.of(objective, before)).toList();
        BruteForce all = new BruteForce(model, goals);
        if (all.count(MOST_PLANS) >= MOST_PLANS) {
            return false;
        }
        Worth[] best = all.run();
        for (int i = 0; i < best.length; i++) {
            Objective objective = objectives.get(i);
            double least = goals.get(i).value(best[i]);
            Plan plan = solver.solve(graph, objective, LONG);
            assertThat(plan.value()).as("%s, %s", objective, what).isCloseTo(least, within(1e-7 * least));
            assertThat(plan.gap()).as("gap of %s, %s", objective, what).isZero();
        }
        return true;
    }
}
