package dev.sinter.collector.observation;

import static java.util.Objects.requireNonNull;

import dev.sinter.planner.graph.CallKind;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Turns the sum of a window's buckets into what is reported. */
final class WindowSummary {

    private WindowSummary() {}

    static CallObservations of(Slice sum, Instant from, Instant to) {
        double seconds = Duration.between(from, to).toNanos() / 1e9;
        List<ObservedEdge> edges = sum.edges.entrySet().stream()
                .filter(entry -> entry.getValue().calls > 0
                        && isObserved(sum, entry.getKey().caller())
                        && isObserved(sum, entry.getKey().callee()))
                .map(entry -> edge(entry.getKey(), entry.getValue(), seconds))
                .sorted(Comparator.comparing(ObservedEdge::from).thenComparing(ObservedEdge::to))
                .toList();
        Map<String, Double> waitedMsPerSecond = edges.stream()
                .filter(edge -> edge.kind() == CallKind.BLOCKING || edge.kind() == CallKind.PARALLEL)
                .collect(Collectors.groupingBy(
                        ObservedEdge::from,
                        Collectors.summingDouble(edge -> edge.ratePerSecond() * edge.criticalShare() * edge.callMs())));
        List<ObservedFunction> functions = sum.functions.entrySet().stream()
                .filter(entry -> isObserved(sum, entry.getKey()))
                .map(entry -> function(
                        entry.getKey(), entry.getValue(), seconds, waitedMsPerSecond.getOrDefault(entry.getKey(), 0.0)))
                .sorted(Comparator.comparing(ObservedFunction::name))
                .toList();
        return new CallObservations(from, to, !sum.lossy, functions, edges);
    }

    private static boolean isObserved(Slice sum, String function) {
        FunctionStats stats = sum.functions.get(function);
        return stats != null && stats.latency.count() > 0;
    }

    private static ObservedFunction function(
            String name, FunctionStats stats, double seconds, double waitedMsPerSecond) {
        double rate = stats.latency.count() / seconds;
        return new ObservedFunction(
                name,
                stats.entry,
                rate,
                stats.errors / seconds,
                present(stats.latency.quantiles()),
                Math.max(0, stats.latency.meanMs() - waitedMsPerSecond / rate),
                instant(stats.lastEndNanos));
    }

    private static ObservedEdge edge(EdgeKey key, EdgeStats stats, double seconds) {
        KindEvidence evidence = stats.evidence;
        KindRule.Label label = KindRule.label(evidence);
        return new ObservedEdge(
                key.caller(),
                key.callee(),
                stats.calls / seconds,
                stats.errors / seconds,
                label.kind(),
                label.confidence(),
                label.samples(),
                Wilson.upper(evidence.outlived, evidence.tried),
                evidence.outlived == 0 ? null : instant(evidence.lastOutlivedNanos),
                label.share(),
                stats.meanCallMs(),
                stats.meanCalleeMs(),
                stats.remoteHop.quantiles(),
                stats.localHop.quantiles());
    }

    private static Quantiles present(@Nullable Quantiles quantiles) {
        return requireNonNull(quantiles, "an observed function has latencies");
    }

    private static Instant instant(long nanos) {
        return Instant.EPOCH.plusNanos(nanos);
    }
}
