package dev.sinter.planner.hysteresis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinter.planner.graph.CallGraph;
import dev.sinter.planner.graph.CallKind;
import dev.sinter.planner.graph.Edge;
import dev.sinter.planner.graph.ForbiddenPair;
import dev.sinter.planner.graph.FunctionNode;
import dev.sinter.planner.graph.Limits;
import dev.sinter.planner.graph.PlanningException;
import dev.sinter.planner.graph.Tier;
import dev.sinter.planner.graph.TierCost;
import dev.sinter.planner.plan.LocalPair;
import dev.sinter.planner.plan.Objective;
import dev.sinter.planner.plan.PlannedGroup;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunningGroupsTest {
    private static final PlannedGroup AB = group("ab", "a", "b");
    private static final PlannedGroup CD = group("cd", "c", "d");

    @Test
    void aGroupThatSavesMuch_isWorthAdding() {
        assertThat(running(graph(5, 5)).isWorthAdding(List.of(AB))).isTrue();
    }

    @Test
    void aGroupThatSavesLittle_isNotWorthAChange() {
        assertThat(running(graph(0.3, 5)).isWorthAdding(List.of(AB))).isFalse();
    }

    @Test
    void whatRunsIsNoGainOfWhatIsWanted() {
        assertThat(running(graph(5, 0.3), AB).isWorthAdding(List.of(CD))).isFalse();
    }

    @Test
    void aGroupThatTheGraphNoLongerAllows_countsAsIfItDidNotRun() {
        CallGraph forbidden = graph(5, 5, new ForbiddenPair("a", "b"));
        assertThat(running(forbidden, AB).isWorthAdding(List.of(CD))).isTrue();
    }

    @Test
    void aGroupOfFunctionsThatAreGone_countsAsIfItDidNotRun() {
        assertThat(running(graph(5, 5), group("xy", "x", "y")).isWorthAdding(List.of(AB)))
                .isTrue();
    }

    @Test
    void wantedGroupsThatAreNoPlan_areRefused() {
        assertThatThrownBy(() -> running(graph(5, 5), AB).isWorthAdding(List.of(group("ba", "a", "b"))))
                .isInstanceOf(PlanningException.class)
                .hasMessageStartingWith("SNT0308");
    }

    private static RunningGroups running(CallGraph graph, PlannedGroup... groups) {
        return new RunningGroups(HysteresisPolicy.DEFAULT, Objective.LATENCY, graph, List.of(groups));
    }

    /** a calls b, c calls d; each remote hop costs so much, a local one 0.1 ms. */
    private static CallGraph graph(double hopOfAb, double hopOfCd, ForbiddenPair... forbidden) {
        return new CallGraph(
                60,
                List.of(function("a"), function("b"), function("c"), function("d")),
                List.of(call("a", "b", hopOfAb), call("c", "d", hopOfCd)),
                Limits.DEFAULT,
                Map.of(Tier.IN_PROCESS, new TierCost(0.1, true)),
                List.of(),
                List.of(forbidden));
    }

    private static FunctionNode function(String name) {
        return new FunctionNode(name, name.equals("a") || name.equals("c"), "py", 5, 5, 20, 10, 50, "t");
    }

    private static Edge call(String from, String to, double hopMs) {
        return new Edge(from, to, 5, CallKind.BLOCKING, 1, 100, 1, hopMs, 0);
    }

    private static PlannedGroup group(String name, String caller, String callee) {
        List<String> members = List.of(caller, callee);
        return new PlannedGroup(name, members, members, List.of(new LocalPair(caller, callee)), Tier.IN_PROCESS, 0, 0);
    }
}
