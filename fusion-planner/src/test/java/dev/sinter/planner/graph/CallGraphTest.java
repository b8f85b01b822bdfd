package dev.sinter.planner.graph;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallGraphTest {
    private static final FunctionNode A = function("a", 1);
    private static final FunctionNode B = function("b", 1);

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -1e-9})
    void figuresThatNoMeasurementYields_areRefusedByName(double figure) {
        assertThatThrownBy(() -> function("a", figure))
                .isInstanceOf(PlanningException.class)
                .hasMessageStartingWith("SNT0301: ratePerSecond of function a: " + figure);
        assertThatThrownBy(() -> new FunctionNode("a", true, "py", 1, figure, 1, 1, 1, "t"))
                .hasMessageContaining("busyMs");
        assertThatThrownBy(() -> new FunctionNode("a", true, "py", 1, 1, figure, 1, 1, "t"))
                .hasMessageContaining("baseMiB");
        assertThatThrownBy(() -> new FunctionNode("a", true, "py", 1, 1, 1, figure, 1, "t"))
                .hasMessageContaining("ownMiB");
        assertThatThrownBy(() -> new FunctionNode("a", true, "py", 1, 1, 1, 1, figure, "t"))
                .hasMessageContaining("cpuMillicores");
        assertThatThrownBy(() -> edge(figure, 1, 1, 1)).hasMessageContaining("ratePerSecond of edge a -> b");
        assertThatThrownBy(() -> edge(1, figure, 1, 1)).hasMessageContaining("confidence");
        assertThatThrownBy(() -> edge(1, 1, figure, 1)).hasMessageContaining("criticalShare");
        assertThatThrownBy(() -> edge(1, 1, 1, figure)).hasMessageContaining("hopMs");
        assertThatThrownBy(() -> new TierCost(figure, true)).hasMessageContaining("localHopMs");
        assertThatThrownBy(() -> new Limits(figure, 16, 1000, 10, 45, 0.95)).hasMessageContaining("limits.memoryMiB");
        assertThatThrownBy(() -> new Limits(1024, 16, figure, 10, 45, 0.95)).hasMessageContaining("cpuMillicores");
        assertThatThrownBy(() -> new Limits(1024, 16, 1000, figure, 45, 0.95)).hasMessageContaining("concurrency");
    }

    @Test
    void sharesAboveOne_andLimitsThatDivideByZero_areRefused() {
        assertThatThrownBy(() -> edge(1, 1.01, 1, 1)).hasMessageStartingWith("SNT0301");
        assertThatThrownBy(() -> edge(1, 1, 1.01, 1)).hasMessageStartingWith("SNT0301");
        assertThatThrownBy(() -> new Limits(1024, 16, 0, 10, 45, 0.95)).hasMessageStartingWith("SNT0301");
        assertThatThrownBy(() -> new Limits(1024, 16, 1000, 0, 45, 0.95)).hasMessageStartingWith("SNT0301");
        assertThatThrownBy(() -> new Limits(1024, -1, 1000, 10, 45, 0.95)).hasMessageStartingWith("SNT0301");
    }

    @Test
    void namesMustBeThere_andUnique() {
        assertThatThrownBy(() -> function(" ", 1)).hasMessageStartingWith("SNT0302");
        assertThatThrownBy(() -> graph(List.of(A, A), List.of(), List.of(), List.of()))
                .hasMessageStartingWith("SNT0303: function a: listed twice");
    }

    @Test
    void referencesToUnknownFunctions_areRefusedWithWhereTheyStand() {
        Edge edge = edge(1, 1, 1, 1);
        assertThatThrownBy(() -> graph(List.of(A), List.of(edge), List.of(), List.of()))
                .hasMessageStartingWith("SNT0304: edge a -> b");
        assertThatThrownBy(() -> graph(List.of(A), List.of(), List.of(new PairTier("a", "x", Tier.FORKED)), List.of()))
                .hasMessageStartingWith("SNT0304: pair a, x");
        assertThatThrownBy(() -> graph(List.of(A), List.of(), List.of(), List.of(new ForbiddenPair("x", "a"))))
                .hasMessageStartingWith("SNT0304: forbidden pair x, a");
    }

    @Test
    void zeroFigures_selfCallsAndRepeatedEdges_areAGraph() {
        Edge self = new Edge("a", "a", 0, CallKind.UNKNOWN, 0, 0, 0, 0, 0);
        assertThatCode(() -> graph(List.of(function("a", 0), B), List.of(self, self), List.of(), List.of()))
                .doesNotThrowAnyException();
    }

    private static FunctionNode function(String name, double rate) {
        return new FunctionNode(name, true, "py", rate, 1, 1, 1, 1, "t");
    }

    private static Edge edge(double rate, double confidence, double share, double hopMs) {
        return new Edge("a", "b", rate, CallKind.BLOCKING, confidence, 1, share, hopMs, 0);
    }

    private static CallGraph graph(
            List<FunctionNode> functions, List<Edge> edges, List<PairTier> pairs, List<ForbiddenPair> forbidden) {
        return new CallGraph(60, functions, edges, Limits.DEFAULT, Map.of(), pairs, forbidden);
    }
}
