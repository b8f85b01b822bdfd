package dev.sinter.control.routing;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How one application's mesh is to route. Immutable and consistent in itself.
 *
 * @param functions everything that can be called; kept sorted by name, since the order is of no meaning
 * @param fused what members' requests can be sent to instead
 * @param nodes the proxies that must have this in force
 */
public record MeshState(
        String application,
        List<MeshFunction> functions,
        List<FusedWorkload> fused,
        List<MeshNode> nodes,
        TelemetryTarget telemetry) {
    public MeshState {
        functions = functions.stream()
                .sorted(Comparator.comparing(MeshFunction::name))
                .toList();
        fused = List.copyOf(fused);
        nodes = List.copyOf(nodes);
        unique("function", functions.stream().map(MeshFunction::name).toList());
        unique(
                "virtual address",
                functions.stream().map(MeshFunction::virtualAddress).toList());
        unique(
                "gateway port",
                functions.stream()
                        .flatMap(function -> function.publishedPorts().stream())
                        .map(published -> Integer.toString(published.gatewayPort()))
                        .toList());
        unique("group", fused.stream().map(FusedWorkload::group).toList());
        unique("node", nodes.stream().map(MeshNode::workload).toList());
        for (MeshFunction function : functions) {
            String group = function.split().group();
            if (group != null && !serves(fused, group, function.name())) {
                throw new IllegalArgumentException(function.name() + ": split to group " + group
                        + " (expected: a fused workload of that name with this member)");
            }
        }
    }

    FusedWorkload fused(String group) {
        return fused.stream()
                .filter(workload -> workload.group().equals(group))
                .findFirst()
                .orElseThrow();
    }

    private static boolean serves(List<FusedWorkload> fused, String group, String function) {
        return fused.stream()
                .anyMatch(workload ->
                        workload.group().equals(group) && workload.members().contains(function));
    }

    private static void unique(String what, List<String> values) {
        Set<String> seen = new HashSet<>();
        for (String value : values) {
            if (!seen.add(value)) {
                throw new IllegalArgumentException(what + ": " + value + " twice (expected: unique)");
            }
        }
    }
}
