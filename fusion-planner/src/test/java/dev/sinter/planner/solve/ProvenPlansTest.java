package dev.sinter.planner.solve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinter.planner.plan.Objective;
import dev.sinter.planner.plan.Plan;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is proven of graphs too large for brute force. */
class ProvenPlansTest {
    private static final int GRAPHS = 14;

    @ParameterizedTest
    @EnumSource(Objective.class)
    void plansOfTwelveFunctions_areProven_whateverTheShape(Objective objective) {
        for (int seed = 0; seed < GRAPHS; seed++) {
            Plan plan = new FusionSolver().solve(RandomGraphs.graph(seed, 12), objective, Duration.ofMinutes(5));
            assertThat(plan.gap()).as("seed %d", seed).isZero();
        }
    }
}
