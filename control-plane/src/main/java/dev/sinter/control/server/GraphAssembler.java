package dev.sinter.control.server;

import dev.sinter.collector.observation.CallObservations;
import dev.sinter.collector.observation.ObservedEdge;
import dev.sinter.collector.observation.ObservedFunction;
import dev.sinter.control.platform.Usage;
import dev.sinter.merger.CompatibilityReport;
import dev.sinter.planner.graph.CallGraph;
import dev.sinter.planner.graph.Edge;
import dev.sinter.planner.graph.ForbiddenPair;
import dev.sinter.planner.graph.FunctionNode;
import dev.sinter.planner.graph.Limits;
import dev.sinter.planner.graph.PairTier;
import dev.sinter.planner.graph.Tier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Joins what the proxies saw, what the engine measured and what the images allow into one call graph. */
final class GraphAssembler {

    /** Memory of an interpreter that runs nothing, MiB; what is above it is counted as the function's own. */
    private static final double BARE_RUNTIME_MIB = 8;

    private static final double BYTES_PER_MIB = 1024.0 * 1024.0;

    private final String application;
    private final Limits limits;

    GraphAssembler(String application, Limits limits) {
        this.application = application;
        this.limits = limits;
    }

    CallGraph assemble(
            CallObservations observed,
            Map<String, Function> functions,
            UsageHistory usage,
            CompatibilityReport report) {
        Map<String, String> runtimes = new HashMap<>();
        report.members()
                .forEach(
                        member -> runtimes.put(member.name(), member.runtime() == null ? "unknown" : member.runtime()));
        List<FunctionNode> nodes = new ArrayList<>();
        for (ObservedFunction function : observed.functions()) {
            if (functions.containsKey(function.name())) {
                nodes.add(node(function, runtimes.getOrDefault(function.name(), "unknown"), usage));
            }
        }
        List<String> names = nodes.stream().map(FunctionNode::name).toList();
        List<Edge> edges = observed.edges().stream()
                .filter(edge -> names.contains(edge.from()) && names.contains(edge.to()))
                .map(GraphAssembler::edge)
                .toList();
        List<PairTier> pairs = new ArrayList<>();
        // Nobody has called the others lately, and a graph has no word for what it does not know.
        List<ForbiddenPair> forbidden = new ArrayList<>(forbidden(
                names.stream().map(functions::get).filter(Objects::nonNull).toList()));
        for (CompatibilityReport.PairReport pair : report.pairs()) {
            if (!names.contains(pair.first()) || !names.contains(pair.second())) {
                continue;
            }
            dev.sinter.merger.Tier tier = shared(functions, pair);
            if (tier == null) {
                forbidden.add(new ForbiddenPair(pair.first(), pair.second()));
            }
            Tier planned = Tier.valueOf((tier == null ? pair.tier() : tier).name());
            pairs.add(new PairTier(pair.first(), pair.second(), planned));
        }
        return new CallGraph(
                observed.window().toMillis() / 1000.0,
                nodes,
                edges,
                limits,
                Map.of(),
                pairs,
                forbidden.stream().distinct().toList());
    }

    private static dev.sinter.merger.@Nullable Tier shared(
            Map<String, Function> functions, CompatibilityReport.PairReport pair) {
        Function first = functions.get(pair.first());
        Function second = functions.get(pair.second());
        return first == null || second == null ? null : SharedTier.of(first, second, pair);
    }

    private FunctionNode node(ObservedFunction function, String runtime, UsageHistory usage) {
        Usage measured = usage.newest(function.name());
        double memoryMiB = measured == null ? 0 : measured.functionBytes() / BYTES_PER_MIB;
        double baseMiB = Math.min(memoryMiB, BARE_RUNTIME_MIB);
        return new FunctionNode(
                function.name(),
                function.entry(),
                runtime,
                function.ratePerSecond(),
                function.busyMs(),
                baseMiB,
                memoryMiB - baseMiB,
                usage.cpuMillicores(function.name()),
                application + "/default");
    }

    private static Edge edge(ObservedEdge edge) {
        double hopMs =
                edge.remoteHop() == null ? 0 : Math.max(0, edge.remoteHop().p50Ms());
        return new Edge(
                edge.from(),
                edge.to(),
                edge.ratePerSecond(),
                edge.kind(),
                edge.confidence(),
                edge.samples(),
                edge.criticalShare(),
                hopMs,
                edge.calleeMs());
    }

    /** What a person forbids. */
    private static List<ForbiddenPair> forbidden(Collection<Function> functions) {
        List<ForbiddenPair> pairs = new ArrayList<>();
        for (Function first : functions) {
            for (Function second : functions) {
                if (first.name().compareTo(second.name()) < 0 && !first.mayJoin(second)) {
                    pairs.add(new ForbiddenPair(first.name(), second.name()));
                }
            }
        }
        return pairs;
    }
}
