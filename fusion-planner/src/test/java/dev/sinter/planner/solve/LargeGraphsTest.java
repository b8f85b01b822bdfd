package dev.sinter.planner.solve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sinter.planner.graph.CallGraph;
import dev.sinter.planner.plan.Objective;
import dev.sinter.planner.plan.Plan;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LargeGraphsTest {
    private static final CallGraph GRAPH = LayeredGraphs.graph(1, 600, 1_800);

    @ParameterizedTest
    @EnumSource(Objective.class)
    void plansAreValidAndBetterThanAllRemote(Objective objective) {
        Plan plan = new FusionSolver().solve(GRAPH, objective, Duration.ofMinutes(5));
        PlanScorer scorer = new PlanScorer(GRAPH);
        assertThat(scorer.value(objective, plan.groups())).isCloseTo(plan.value(), within(1e-9 * plan.value()));
        assertThat(plan.groups()).anyMatch(group -> group.members().size() > 1);
        assertThat(plan.gap()).isBetween(0.0, 0.7);
    }

    @Test
    void theSamePlanComesOutWhateverTheClockSays_unlessTheLimitIsReached() {
        AtomicLong slow = new AtomicLong();
        Plan plan = new FusionSolver(() -> slow.addAndGet(100)).solve(GRAPH, Objective.COST, Duration.ofHours(1));
        assertThat(new FusionSolver().solve(GRAPH, Objective.COST, Duration.ofHours(1)))
                .isEqualTo(plan);
    }

    @Test
    void withoutTime_aPlanNoWorseThanAnyBaselineComesOut() {
        Plan plan = new FusionSolver().solve(GRAPH, Objective.BALANCED, Duration.ZERO);
        assertThat(plan.value()).isLessThanOrEqualTo(1);
        assertThat(plan.bound()).isLessThanOrEqualTo(plan.value());
    }
}
