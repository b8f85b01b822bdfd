package dev.sinter.control.offline;

import dev.sinter.planner.graph.CallGraph;
import dev.sinter.planner.graph.CallKind;
import dev.sinter.planner.graph.Edge;
import dev.sinter.planner.plan.LocalPair;
import dev.sinter.planner.plan.Plan;
import dev.sinter.planner.plan.PlannedGroup;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/** Plans as Graphviz drawings: a box per group, calls that stay local bold, calls nobody waits for dashed. */
public final class PlanDot {
    private PlanDot() {}

    /** The drawing of {@code plan}, which was made of {@code graph}. */
    public static String write(Plan plan, CallGraph graph) {
        Map<String, PlannedGroup> homes = new HashMap<>();
        for (PlannedGroup group : plan.groups()) {
            group.homes().forEach(home -> homes.put(home, group));
        }
        StringBuilder dot = new StringBuilder("digraph plan {\n  rankdir=LR;\n  node [shape=box];\n");
        int number = 0;
        for (PlannedGroup group : plan.groups()) {
            dot.append("  subgraph cluster_")
                    .append(number++)
                    .append(" {\n    label=")
                    .append(quoted(group.name()));
            dot.append(";\n");
            for (String member : group.members()) {
                String style = group.homes().contains(member) ? "" : ", style=dotted";
                dot.append("    ")
                        .append(copy(group, member))
                        .append(" [label=")
                        .append(quoted(member));
                dot.append(style).append("];\n");
            }
            dot.append("  }\n");
        }
        TreeSet<String> calls = new TreeSet<>();
        for (PlannedGroup group : plan.groups()) {
            for (Edge edge : graph.edges()) {
                if (group.members().contains(edge.from())) {
                    boolean local = group.local().contains(new LocalPair(edge.from(), edge.to()));
                    PlannedGroup callee = local ? group : homes.getOrDefault(edge.to(), group);
                    boolean waits = edge.kind() == CallKind.BLOCKING || edge.kind() == CallKind.PARALLEL;
                    String style = local ? "bold" : waits ? "solid" : "dashed";
                    calls.add("  " + copy(group, edge.from()) + " -> " + copy(callee, edge.to()) + " [style=" + style
                            + "];\n");
                }
            }
        }
        calls.forEach(dot::append);
        return dot.append("}\n").toString();
    }

    private static String copy(PlannedGroup group, String member) {
        return quoted(group.name() + "/" + member);
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }
}
