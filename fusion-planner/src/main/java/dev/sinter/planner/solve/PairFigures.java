package dev.sinter.planner.solve;

import static java.util.Objects.requireNonNull;

import dev.sinter.planner.graph.CallGraph;
import dev.sinter.planner.graph.CallKind;
import dev.sinter.planner.graph.Edge;
import dev.sinter.planner.plan.ReasonCode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a graph says of the calls between each two functions, its edges summed up, numbered by caller, then callee. Equal
 * for every order of the input. Immutable by convention: nobody writes to the arrays.
 */
final class PairFigures {
    final int count;
    final int[] from;
    final int[] to;
    /** Calls per second. */
    final double[] rate;
    /** Calls per request of the caller. */
    final double[] calls;
    /** Calls per request of the caller, weighted by how much of each the caller waits for. */
    final double[] wait;
    /** Milliseconds per request of the caller that remote hops add. */
    final double[] hopMs;
    /** Whether kinds, confidence, trust and the list of forbidden pairs let the pair be local. */
    final boolean[] mayBeLocal;
    /** What about its calls keeps the pair remote; null if nothing does. */
    final @Nullable ReasonCode[] kindReason;

    final double[] leastConfidence;
    /** Pairs of the graph that this is a part of; empty if it is no part. */
    final int[] parent;

    private PairFigures(int count, int[] parent) {
        this.count = count;
        this.parent = parent;
        from = new int[count];
        to = new int[count];
        rate = new double[count];
        calls = new double[count];
        wait = new double[count];
        hopMs = new double[count];
        mayBeLocal = new boolean[count];
        kindReason = new ReasonCode[count];
        leastConfidence = new double[count];
    }

    /**
     * The pairs of {@code graph}.
     *
     * @param number of a function by name
     */
    static PairFigures of(CallGraph graph, Map<String, Integer> number, FunctionFigures functions, Sharing sharing) {
        List<List<Edge>> byPair = EdgesByPair.of(graph.edges());
        PairFigures pairs = new PairFigures(byPair.size(), new int[0]);
        for (int p = 0; p < pairs.count; p++) {
            List<Edge> edges = byPair.get(p);
            int caller = requireNonNull(number.get(edges.getFirst().from()));
            int callee = requireNonNull(number.get(edges.getFirst().to()));
            pairs.from[p] = caller;
            pairs.to[p] = callee;
            pairs.leastConfidence[p] = 1;
            for (Edge edge : edges) {
                pairs.add(p, edge, EdgesByPair.perRequest(edge, functions.rate[caller]));
                ReasonCode before = pairs.kindReason[p];
                pairs.kindReason[p] = before == null ? EdgesByPair.reason(edge, graph.limits()) : before;
            }
            pairs.mayBeLocal[p] = pairs.kindReason[p] == null
                    && pairs.calls[p] > 0
                    && functions.mayShare(caller, callee)
                    && !sharing.isForbidden(caller, callee);
        }
        return pairs;
    }

    private void add(int p, Edge edge, double perRequest) {
        rate[p] += edge.ratePerSecond();
        calls[p] += perRequest;
        if (edge.kind() == CallKind.BLOCKING || edge.kind() == CallKind.PARALLEL) {
            wait[p] += perRequest * edge.criticalShare();
            hopMs[p] += perRequest * edge.criticalShare() * edge.hopMs();
        }
        leastConfidence[p] = Math.min(leastConfidence[p], edge.confidence());
    }

    /**
     * Those of calls among some functions.
     *
     * @param functions ascending
     * @param kept the pairs among them
     */
    PairFigures part(int[] functions, int[] kept) {
        PairFigures part = new PairFigures(kept.length, kept);
        for (int i = 0; i < kept.length; i++) {
            int p = kept[i];
            part.from[i] = Arrays.binarySearch(functions, from[p]);
            part.to[i] = Arrays.binarySearch(functions, to[p]);
            part.rate[i] = rate[p];
            part.calls[i] = calls[p];
            part.wait[i] = wait[p];
            part.hopMs[i] = hopMs[p];
            part.mayBeLocal[i] = mayBeLocal[p];
            part.leastConfidence[i] = leastConfidence[p];
        }
        return part;
    }
}
