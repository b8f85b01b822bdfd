package dev.sinter.planner.solve;

import dev.sinter.planner.graph.CallGraph;
import dev.sinter.planner.graph.CallKind;
import dev.sinter.planner.graph.Edge;
import dev.sinter.planner.graph.FunctionNode;
import dev.sinter.planner.graph.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Call graphs of the applications that Fusionize (arXiv 2204.11533) was measured on. */
final class Applications {
    private static final double RATE = 5;
    private static final double HOP_MS = 2;

    private final List<FunctionNode> functions = new ArrayList<>();
    private final List<Edge> edges = new ArrayList<>();

    /** TREE: the optimum is {a,b,d,e}, {c}, {f}, {g}. */
    static CallGraph tree() {
        return new Applications()
                .function("a", true, 2)
                .function("b", false, 2)
                .function("c", false, 120)
                .function("d", false, 2)
                .function("e", false, 500)
                .function("f", false, 120)
                .function("g", false, 120)
                .call("a", "b", CallKind.BLOCKING)
                .call("a", "c", CallKind.ASYNC)
                .call("b", "d", CallKind.BLOCKING)
                .call("d", "e", CallKind.BLOCKING)
                .call("c", "f", CallKind.ASYNC)
                .call("c", "g", CallKind.ASYNC)
                .graph();
    }

    private Applications function(String name, boolean entry, double busyMs) {
        functions.add(new FunctionNode(name, entry, "python3.13", RATE, busyMs, 18, 8, 40, "app/default"));
        return this;
    }

    private Applications call(String from, String to, CallKind kind) {
        edges.add(new Edge(from, to, RATE, kind, 1, 500, 1, HOP_MS, 0));
        return this;
    }

    private CallGraph graph() {
        return new CallGraph(60, functions, edges, Limits.DEFAULT, Map.of(), List.of(), List.of());
    }
}
