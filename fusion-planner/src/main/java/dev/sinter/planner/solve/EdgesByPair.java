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

    private static final class ByPair implements Comparator<Edge> {
        @Override
        public int compare(Edge a, Edge b) {
            int order = a.from().compareTo(b.from());
            order = order != 0 ? order : a.to().compareTo(b.to());
            order = order != 0 ? order : a.kind().compareTo(b.kind());
            order = order != 0 ? order : Double.compare(a.ratePerSecond(), b.ratePerSecond());
            order = order != 0 ? order : Double.compare(a.criticalShare(), b.criticalShare());
            return order != 0 ? order : Double.compare(a.hopMs(), b.hopMs());
        }
    }

    /** Edges of one pair in an order that does not depend on the input's, so that sums do not either. */
    static List<List<Edge>> of(List<Edge> edges) {
        List<Edge> sorted = new ArrayList<>(edges);
        sorted.sort(new ByPair());
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
