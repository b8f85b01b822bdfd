package dev.sinter.planner.solve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sinter.planner.graph.CallGraph;
import dev.sinter.planner.graph.CallKind;
import dev.sinter.planner.graph.Edge;
import dev.sinter.planner.graph.FunctionNode;
import dev.sinter.planner.graph.Limits;
import dev.sinter.planner.graph.PlanningException;
import dev.sinter.planner.graph.Tier;
import dev.sinter.planner.plan.LocalPair;
import dev.sinter.planner.plan.Objective;
import dev.sinter.planner.plan.PlannedGroup;
import dev.sinter.planner.plan.Predicted;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlanScorerTest {
    private static final FunctionNode A = new FunctionNode("a", true, "py", 10, 5, 20, 10, 100, "t");
    private static final FunctionNode B = new FunctionNode("b", false, "py", 20, 30, 30, 40, 900, "t");
    private static final Edge CALL = new Edge("a", "b", 20, CallKind.BLOCKING, 1, 9, 0.5, 4, 0);

    @Test
    void functionsApart_waitForTheHopAndHoldBothMemories() {
        Predicted apart = new PlanScorer(graph(List.of(A, B), List.of(CALL))).before();
        double timeA = 5 + 2 * 0.5 * (4 + 30);
        assertThat(apart.latencyMs()).isEqualTo(timeA, within(1e-9));
        assertThat(apart.gbSecondsPerSecond())
                .isEqualTo((30 * 10 * timeA + 70 * 20 * 30.0) / 1000 / 1024, within(1e-9));
        assertThat(apart.residentMiB()).isEqualTo(75 + 115, within(1e-9));
    }

    @Test
    void together_shareTheLargerBaseAndPayTheLocalHop() {
        PlanScorer scorer = new PlanScorer(graph(List.of(A, B), List.of(CALL)));
        Predicted fused = scorer.predict(List.of(group(List.of("a", "b"), List.of("a", "b"), new LocalPair("a", "b"))));
        double timeA = 5 + 2 * 0.5 * (0.1 + 30);
        assertThat(fused.latencyMs()).isEqualTo(timeA, within(1e-9));
        assertThat(fused.gbSecondsPerSecond()).isEqualTo(80 * 10 * timeA / 1000 / 1024, within(1e-9));
        assertThat(fused.residentMiB()).isEqualTo(80 + 45.0, within(1e-9));
    }

    @Test
    void aCallCycle_isSolvedAsExpectedVisits() {
        Edge back = new Edge("b", "a", 2, CallKind.BLOCKING, 1, 9, 1, 0, 0);
        FunctionNode busier = new FunctionNode("a", true, "py", 12, 5, 20, 10, 100, "t");
        Edge call = new Edge("a", "b", 12, CallKind.BLOCKING, 1, 9, 1, 0, 0);
        FunctionNode callee = new FunctionNode("b", false, "py", 12, 30, 30, 40, 900, "t");
        Predicted apart = new PlanScorer(graph(List.of(busier, callee), List.of(call, back))).before();
        assertThat(apart.latencyMs()).isEqualTo((5 + 30) / (1 - 2.0 / 12), within(1e-9));
    }

    @Test
    void anEndlessCycle_isRefused() {
        FunctionNode a = new FunctionNode("a", true, "py", 10, 5, 20, 10, 100, "t");
        Edge there = new Edge("a", "b", 10, CallKind.BLOCKING, 1, 9, 1, 0, 0);
        Edge back = new Edge("b", "a", 25, CallKind.BLOCKING, 1, 9, 1, 0, 0);
        assertThatThrownBy(() -> new PlanScorer(graph(List.of(a, B), List.of(there, back))))
                .isInstanceOf(PlanningException.class)
                .hasMessageStartingWith("SNT0307");
    }

    @Test
    void callsFromAFunctionWithoutRequests_areRefused() {
        FunctionNode idle = new FunctionNode("a", true, "py", 0, 5, 20, 10, 100, "t");
        assertThatThrownBy(() -> new PlanScorer(graph(List.of(idle, B), List.of(CALL))))
                .hasMessageStartingWith("SNT0306");
    }

    @Test
    void plansThatAreNone_areRefused() {
        PlanScorer scorer = new PlanScorer(graph(List.of(A, B), List.of(CALL)));
        PlannedGroup unconnected = group(List.of("a", "b"), List.of("a", "b"));
        PlannedGroup onlyA = group(List.of("a"), List.of("a"));
        PlannedGroup backwards = group(List.of("a", "b"), List.of("a", "b"), new LocalPair("b", "a"));
        for (List<PlannedGroup> plan : List.of(List.of(unconnected), List.of(onlyA), List.of(backwards))) {
            assertThatThrownBy(() -> scorer.predict(plan)).hasMessageStartingWith("SNT0308");
        }
    }

    @Test
    void aHundredThousandEdgesOfOnePair_addUp() {
        Edge small = new Edge("a", "b", 20 / 100_000.0, CallKind.BLOCKING, 1, 9, 0.5, 4, 0);
        Predicted many = new PlanScorer(graph(List.of(A, B), Collections.nCopies(100_000, small))).before();
        Predicted one = new PlanScorer(graph(List.of(A, B), List.of(CALL))).before();
        assertThat(many.latencyMs()).isEqualTo(one.latencyMs(), within(1e-6));
        assertThat(many.residentMiB()).isEqualTo(one.residentMiB(), within(1e-6));
    }

    @Test
    void anOversizeFunction_staysAloneWithItsReason() {
        FunctionNode huge = new FunctionNode("b", false, "py", 20, 30, 30, 5000, 900, "t");
        var plan = new FusionSolver()
                .solve(graph(List.of(A, huge), List.of(CALL)), Objective.BALANCED, Duration.ofSeconds(5));
        assertThat(plan.groups()).extracting(PlannedGroup::name).containsExactly("a", "b");
        assertThat(plan.rejected().getFirst().reason().name()).isEqualTo("MEMORY_LIMIT");
        assertThat(plan.rejected().getFirst().flip()).contains("limits.memoryMiB >= 5040");
    }

    @Test
    void anEmptyGraph_hasAnEmptyPlan() {
        var plan = new FusionSolver().solve(graph(List.of(), List.of()), Objective.BALANCED, Duration.ofSeconds(5));
        assertThat(plan.groups()).isEmpty();
        assertThat(plan.gap()).isZero();
    }

    private static CallGraph graph(List<FunctionNode> functions, List<Edge> edges) {
        return new CallGraph(60, functions, edges, Limits.DEFAULT, Map.of(), List.of(), List.of());
    }

    private static PlannedGroup group(List<String> members, List<String> homes, LocalPair... local) {
        return new PlannedGroup("g", members, homes, List.of(local), Tier.IN_PROCESS, 0, 0);
    }
}
