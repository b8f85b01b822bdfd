package dev.sinter.planner.solve;

import dev.sinter.planner.graph.Edge;
import dev.sinter.planner.graph.Limits;
import dev.sinter.planner.graph.PlanningException;
import dev.sinter.planner.plan.ReasonCode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The edges of a call graph, pair by pair, and what each means for its pair. */
final class EdgesByPair {
    private EdgesByPair() {}

    /** What keeps an edge's pair remote; null if nothing does. */
    static @Nullable ReasonCode reason(Edge edge, Limits limits) {
        return switch (edge.kind()) {
            case ASYNC -> ReasonCode.ASYNC;
            case UNKNOWN -> ReasonCode.UNKNOWN_KIND;
            case BLOCKING, PARALLEL -> edge.confidence() < limits.minConfidence() ? ReasonCode.LOW_CONFIDENCE : null;
        };
    }

    /** Calls per request of the caller. */
    static double perRequest(Edge edge, double callerRate) {
        if (edge.ratePerSecond() == 0) {
            return 0;
        }
        double perRequest = edge.ratePerSecond() / callerRate;
        if (Double.isInfinite(perRequest)) {
            throw new PlanningException(
                    "SNT0306",
                    "ratePerSecond of edge " + edge.from() + " -> " + edge.to() + ": " + edge.ratePerSecond()
                            + ", but the caller's is " + callerRate
                            + " (expected: a caller that receives requests). Maybe the caller's rate was left out.");
        }
        return perRequest;
    }

    /** Edges of one pair in an order that does not depend on the input's, so that sums do not either. */
    static List<List<Edge>> of(List<Edge> edges) {
        List<Edge> sorted = edges.stream()
                .sorted(Comparator.comparing(Edge::from)
                        .thenComparing(Edge::to)
                        .thenComparing(Edge::kind)
                        .thenComparingDouble(Edge::ratePerSecond)
                        .thenComparingDouble(Edge::criticalShare)
                        .thenComparingDouble(Edge::hopMs))
                .toList();
        List<List<Edge>> byPair = new ArrayList<>();
        for (Edge edge : sorted) {
            Edge last = byPair.isEmpty() ? edge : byPair.getLast().getFirst();
            if (byPair.isEmpty()
                    || !last.from().equals(edge.from())
                    || !last.to().equals(edge.to())) {
                byPair.add(new ArrayList<>());
            }
            byPair.getLast().add(edge);
        }
        return byPair;
    }
}
