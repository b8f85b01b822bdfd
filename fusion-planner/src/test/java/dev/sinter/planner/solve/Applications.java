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

    /** IoT: the optimum is {i,cw,se}, {ct}, {cs,csl,csa}, {ca,dj}, {as}. */
    static CallGraph iot() {
        return new Applications()
                .function("i", true, 4)
                .function("cw", false, 20)
                .function("se", false, 30)
                .function("ct", false, 60)
                .function("cs", false, 10)
                .function("ca", false, 40)
                .function("as", false, 80)
                .function("csl", false, 50)
                .function("csa", false, 50)
                .function("dj", false, 60)
                .call("i", "cw", CallKind.BLOCKING)
                .call("i", "se", CallKind.BLOCKING)
                .call("i", "ct", CallKind.ASYNC)
                .call("i", "cs", CallKind.ASYNC)
                .call("i", "ca", CallKind.ASYNC)
                .call("ct", "as", CallKind.ASYNC)
                .call("cs", "csl", CallKind.PARALLEL)
                .call("cs", "csa", CallKind.PARALLEL)
                .call("ca", "dj", CallKind.BLOCKING)
                .call("ca", "as", CallKind.ASYNC)
                .graph();
    }

    /** Web shop after BeFaaS: all that is waited for belongs together, the two asynchronous functions stay alone. */
    static CallGraph shop() {
        Applications shop = new Applications().function("frontend", true, 5);
        String[] waitedFor = {
            "checkout", "getcart", "addcartitem", "listproducts", "getproduct", "searchproducts", "currency",
            "supportedcurrencies", "shipmentquote", "shiporder", "payment", "getads", "listrecommendations",
                    "cartkvstorage"
        };
        for (String name : waitedFor) {
            shop.function(name, false, 3);
        }
        shop.function("email", false, 60).function("emptycart", false, 10);
        for (String callee : new String[] {
            "checkout",
            "getcart",
            "addcartitem",
            "listproducts",
            "getproduct",
            "searchproducts",
            "supportedcurrencies",
            "getads",
            "listrecommendations"
        }) {
            shop.call("frontend", callee, CallKind.BLOCKING);
        }
        for (String callee : new String[] {"currency", "shipmentquote", "shiporder", "payment"}) {
            shop.call("checkout", callee, CallKind.BLOCKING);
        }
        return shop.call("getcart", "cartkvstorage", CallKind.BLOCKING)
                .call("checkout", "email", CallKind.ASYNC)
                .call("checkout", "emptycart", CallKind.ASYNC)
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
