package dev.sinter.planner.solve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sinter.planner.graph.CallGraph;
import dev.sinter.planner.graph.CallKind;
import dev.sinter.planner.graph.Edge;
import dev.sinter.planner.graph.ForbiddenPair;
import dev.sinter.planner.graph.FunctionNode;
import dev.sinter.planner.graph.Limits;
import dev.sinter.planner.graph.PairTier;
import dev.sinter.planner.graph.Tier;
import dev.sinter.planner.plan.Objective;
import dev.sinter.planner.plan.Plan;
import dev.sinter.planner.plan.PlannedGroup;
import dev.sinter.planner.plan.ReasonCode;
import dev.sinter.planner.plan.Rejection;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Graphs that measurements can yield, but that make no good picture. */
class OddGraphsTest {
    private static final FunctionNode A = function("a", 10);
    private static final FunctionNode B = function("b", 10);
    private static final Edge CALL = call("a", "b", 10);

    @ParameterizedTest
    @EnumSource(Objective.class)
    void withoutAnyTraffic_allStayAlone(Objective objective) {
        Plan plan = solve(
                objective, Limits.DEFAULT, List.of(function("a", 0), function("b", 0)), List.of(call("a", "b", 0)));
        assertThat(plan.groups()).extracting(PlannedGroup::members).containsExactly(List.of("a"), List.of("b"));
        assertThat(plan.rejected()).extracting(Rejection::reason).containsExactly(ReasonCode.NO_TRAFFIC);
        assertThat(plan.gap()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Objective.class)
    void impossibleLimits_leaveAllAlone_withTheLimitAsReason(Objective objective) {
        Plan noMemory = solve(objective, new Limits(0, 16, 1000, 10, 45, 0.95), List.of(A, B), List.of(CALL));
        assertThat(noMemory.groups()).hasSize(2);
        assertThat(noMemory.rejected()).extracting(Rejection::reason).containsExactly(ReasonCode.MEMORY_LIMIT);
        Plan noMembers = solve(objective, new Limits(1024, 0, 1000, 10, 45, 0.95), List.of(A, B), List.of(CALL));
        assertThat(noMembers.groups()).hasSize(2);
        assertThat(noMembers.rejected()).extracting(Rejection::reason).containsExactly(ReasonCode.MEMBER_LIMIT);
    }

    @ParameterizedTest
    @EnumSource(Objective.class)
    void aHundredThousandEdgesOfOnePair_arePlannedLikeOne(Objective objective) {
        Edge small = call("a", "b", 10 / 100_000.0);
        Plan many = solve(objective, Limits.DEFAULT, List.of(A, B), Collections.nCopies(100_000, small));
        Plan one = solve(objective, Limits.DEFAULT, List.of(A, B), List.of(CALL));
        assertThat(many.groups()).extracting(PlannedGroup::members).containsExactly(List.of("a", "b"));
        assertThat(many.value()).isEqualTo(one.value(), within(1e-6 * one.value()));
    }

    @Test
    void callsToItself_stayRemoteAndCount() {
        FunctionNode a = function("a", 15);
        Plan plan = solve(Objective.LATENCY, Limits.DEFAULT, List.of(a), List.of(call("a", "a", 5)));
        assertThat(plan.rejected()).extracting(Rejection::reason).containsExactly(ReasonCode.SELF_CALL);
        assertThat(plan.predicted().latencyMs()).isEqualTo((5 + 4 / 3.0) / (1 - 1 / 3.0), within(1e-9));
    }

    @Test
    void callsInACircle_keepOnePairRemote() {
        Plan plan = solve(
                Objective.LATENCY,
                Limits.DEFAULT,
                List.of(function("a", 12), notEntry("b", 12)),
                List.of(call("a", "b", 12), call("b", "a", 2)));
        assertThat(plan.groups()).extracting(PlannedGroup::members).containsExactly(List.of("a", "b"));
        assertThat(plan.groups().getFirst().local()).hasSize(1);
        assertThat(plan.rejected()).extracting(Rejection::reason).containsExactly(ReasonCode.CYCLE);
    }

    @Test
    void partsThatDoNotCallEachOther_neverShareAGroup() {
        Plan plan = solve(
                Objective.MEMORY,
                Limits.DEFAULT,
                List.of(A, notEntry("b", 10), function("c", 10), notEntry("d", 10)),
                List.of(CALL, call("c", "d", 10)));
        assertThat(plan.groups())
                .extracting(PlannedGroup::members)
                .containsExactly(List.of("a", "b"), List.of("c", "d"));
    }

    @Test
    void onePairWithTwoTiers_isRefused() {
        CallGraph graph = new CallGraph(
                60,
                List.of(A, B),
                List.of(),
                Limits.DEFAULT,
                Map.of(),
                List.of(new PairTier("a", "b", Tier.FORKED), new PairTier("b", "a", Tier.CO_POD)),
                List.of());
        assertThatThrownBy(() -> new FusionSolver().solve(graph, Objective.COST, Duration.ofSeconds(1)))
                .hasMessageStartingWith("SNT0305");
    }

    @Test
    void aPairForbiddenInEitherOrder_staysApart() {
        CallGraph graph = new CallGraph(
                60,
                List.of(A, B),
                List.of(CALL),
                Limits.DEFAULT,
                Map.of(),
                List.of(),
                List.of(new ForbiddenPair("b", "a"), new ForbiddenPair("a", "b")));
        Plan plan = new FusionSolver().solve(graph, Objective.LATENCY, Duration.ofSeconds(1));
        assertThat(plan.rejected()).extracting(Rejection::reason).containsExactly(ReasonCode.FORBIDDEN);
    }

    private static Plan solve(Objective objective, Limits limits, List<FunctionNode> functions, List<Edge> edges) {
        CallGraph graph = new CallGraph(60, functions, edges, limits, Map.of(), List.of(), List.of());
        return new FusionSolver().solve(graph, objective, Duration.ofSeconds(30));
    }

    private static FunctionNode function(String name, double rate) {
        return new FunctionNode(name, true, "py", rate, 5, 20, 10, 100, "t");
    }

    private static FunctionNode notEntry(String name, double rate) {
        return new FunctionNode(name, false, "py", rate, 5, 20, 10, 100, "t");
    }

    private static Edge call(String from, String to, double rate) {
        return new Edge(from, to, rate, CallKind.BLOCKING, 1, 9, 1, 4, 0);
    }
}
