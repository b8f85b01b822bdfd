package dev.sinter.planner.solve;

import static java.util.Objects.requireNonNull;

import dev.sinter.planner.graph.CallGraph;
import dev.sinter.planner.graph.CallKind;
import dev.sinter.planner.graph.Edge;
import dev.sinter.planner.graph.FunctionNode;
import dev.sinter.planner.graph.Limits;
import dev.sinter.planner.graph.Tier;
import dev.sinter.planner.graph.TierCost;
import dev.sinter.planner.plan.ReasonCode;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A call graph in arrays: functions numbered by name, edges summed up to pairs numbered by caller, then callee. Equal
 * for every order of the input. Immutable by convention: nobody writes to the arrays.
 */
final class Model {
    /** {@code outside} is 0 where less than this share of a function's rate comes from outside. */
    private static final double OUTSIDE_SHARE = 1e-9;

    final int size;
    final String[] name;
    final double[] rate;
    final double[] busyMs;
    final double[] baseMiB;
    final double[] ownMiB;
    final double[] cpu;
    /** Requests per second from outside the graph. */
    final double[] outside;

    final int[] runtime;
    final int[] trust;
    final int runtimes;

    final int pairs;
    final int[] from;
    final int[] to;
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
    final int[] parentPair;
    /** Whether the pair may be local and lies on a cycle of such pairs. */
    final boolean[] onCycle;
    /** Pairs by caller. */
    final int[][] out;

    /** Pairs by callee. */
    final int[][] in;

    /** Share of a function's time at home in the latency of the whole. */
    final double[] timeWeight;

    private final int[] self;

    final Limits limits;
    private final Sharing sharing;

    /** Callees first: strongly connected components by calls that are waited for. */
    final int[][] waitOrder;
    /** Callers first: strongly connected components by calls. */
    final int[][] callOrder;

    Model(CallGraph graph) {
        List<FunctionNode> functions = graph.functions().stream()
                .sorted(Comparator.comparing(FunctionNode::name))
                .toList();
        size = functions.size();
        name = new String[size];
        rate = new double[size];
        busyMs = new double[size];
        baseMiB = new double[size];
        ownMiB = new double[size];
        cpu = new double[size];
        outside = new double[size];
        timeWeight = new double[size];
        self = new int[size];
        runtime = new int[size];
        trust = new int[size];
        Map<String, Integer> index = new HashMap<>();
        Map<String, Integer> runtimeIds = new HashMap<>();
        Map<String, Integer> trustIds = new HashMap<>();
        for (int f = 0; f < size; f++) {
            FunctionNode function = functions.get(f);
            index.put(function.name(), f);
            name[f] = function.name();
            rate[f] = function.ratePerSecond();
            busyMs[f] = function.busyMs();
            baseMiB[f] = function.baseMiB();
            ownMiB[f] = function.ownMiB();
            cpu[f] = function.cpuMillicores();
            runtime[f] = runtimeIds.computeIfAbsent(function.runtime(), runtimeName -> runtimeIds.size());
            trust[f] = trustIds.computeIfAbsent(function.trust(), domain -> trustIds.size());
        }
        runtimes = runtimeIds.size();
        limits = graph.limits();
        sharing = new Sharing(graph, index, runtime);
        List<List<Edge>> byPair = EdgesByPair.of(graph.edges());
        pairs = byPair.size();
        from = new int[pairs];
        to = new int[pairs];
        calls = new double[pairs];
        wait = new double[pairs];
        hopMs = new double[pairs];
        mayBeLocal = new boolean[pairs];
        kindReason = new ReasonCode[pairs];
        leastConfidence = new double[pairs];
        parentPair = new int[0];
        double[] inside = new double[size];
        for (int p = 0; p < pairs; p++) {
            List<Edge> edges = byPair.get(p);
            from[p] = requireNonNull(index.get(edges.getFirst().from()));
            to[p] = requireNonNull(index.get(edges.getFirst().to()));
            leastConfidence[p] = 1;
            for (Edge edge : edges) {
                double perRequest = EdgesByPair.perRequest(edge, rate[from[p]]);
                boolean waits = edge.kind() == CallKind.BLOCKING || edge.kind() == CallKind.PARALLEL;
                inside[to[p]] += edge.ratePerSecond();
                calls[p] += perRequest;
                if (waits) {
                    wait[p] += perRequest * edge.criticalShare();
                    hopMs[p] += perRequest * edge.criticalShare() * edge.hopMs();
                }
                leastConfidence[p] = Math.min(leastConfidence[p], edge.confidence());
                kindReason[p] = kindReason[p] == null ? EdgesByPair.reason(edge, limits) : kindReason[p];
            }
            mayBeLocal[p] = kindReason[p] == null && calls[p] > 0 && allowed(from[p], to[p]);
        }
        for (int f = 0; f < size; f++) {
            double rest = rate[f] - inside[f];
            outside[f] = functions.get(f).entry() && rest > OUTSIDE_SHARE * rate[f] ? rest : 0;
        }
        double allOutside = Arrays.stream(outside).sum();
        for (int f = 0; f < size && allOutside > 0; f++) {
            timeWeight[f] = outside[f] / allOutside;
        }
        Arrays.fill(self, -1);
        for (int p = 0; p < pairs; p++) {
            if (from[p] == to[p]) {
                self[from[p]] = p;
            }
        }
        out = byEnd(from);
        in = byEnd(to);
        onCycle = onCycle();
        waitOrder = Components.calleesFirst(size, out, to, wait);
        callOrder = reversed(Components.calleesFirst(size, out, to, calls));
    }

    /**
     * The part of {@code whole} with some of its functions, as if all others stood alone.
     *
     * @param functions ascending
     * @param arriving requests per second at each from outside the part
     * @param weight of each one's time in the latency
     * @param waitingMs what each waits for calls that leave the part
     */
    Model(Model whole, int[] functions, double[] arriving, double[] weight, double[] waitingMs) {
        size = functions.length;
        name = new String[size];
        rate = new double[size];
        busyMs = new double[size];
        baseMiB = new double[size];
        ownMiB = new double[size];
        cpu = new double[size];
        outside = arriving;
        timeWeight = weight;
        runtime = new int[size];
        trust = new int[size];
        self = new int[size];
        runtimes = whole.runtimes;
        limits = whole.limits;
        for (int i = 0; i < size; i++) {
            int f = functions[i];
            name[i] = whole.name[f];
            rate[i] = whole.rate[f];
            busyMs[i] = whole.busyMs[f] + waitingMs[i];
            baseMiB[i] = whole.baseMiB[f];
            ownMiB[i] = whole.ownMiB[f];
            cpu[i] = whole.cpu[f];
            runtime[i] = whole.runtime[f];
            trust[i] = whole.trust[f];
        }
        sharing = new Sharing(whole.sharing, functions, runtime);
        parentPair = Arrays.stream(functions)
                .flatMap(f -> Arrays.stream(whole.out[f]))
                .filter(p -> Arrays.binarySearch(functions, whole.to[p]) >= 0)
                .toArray();
        pairs = parentPair.length;
        from = new int[pairs];
        to = new int[pairs];
        calls = new double[pairs];
        wait = new double[pairs];
        hopMs = new double[pairs];
        mayBeLocal = new boolean[pairs];
        kindReason = new ReasonCode[pairs];
        leastConfidence = new double[pairs];
        onCycle = new boolean[pairs];
        Arrays.fill(self, -1);
        for (int p = 0; p < pairs; p++) {
            int parent = parentPair[p];
            from[p] = Arrays.binarySearch(functions, whole.from[parent]);
            to[p] = Arrays.binarySearch(functions, whole.to[parent]);
            calls[p] = whole.calls[parent];
            wait[p] = whole.wait[parent];
            hopMs[p] = whole.hopMs[parent];
            mayBeLocal[p] = whole.mayBeLocal[parent];
            onCycle[p] = whole.onCycle[parent];
            if (from[p] == to[p]) {
                self[from[p]] = p;
            }
        }
        out = byEnd(from);
        in = byEnd(to);
        waitOrder = Components.calleesFirst(size, out, to, wait);
        callOrder = reversed(Components.calleesFirst(size, out, to, calls));
    }

    private static int[][] reversed(int[][] components) {
        int[][] reversed = new int[components.length][];
        for (int i = 0; i < components.length; i++) {
            reversed[i] = components[components.length - 1 - i];
        }
        return reversed;
    }

    private boolean[] onCycle() {
        double[] weight = new double[pairs];
        for (int p = 0; p < pairs; p++) {
            weight[p] = mayBeLocal[p] ? 1 : 0;
        }
        int[] component = new int[size];
        int[][] components = Components.calleesFirst(size, out, to, weight);
        for (int c = 0; c < components.length; c++) {
            for (int f : components[c]) {
                component[f] = c;
            }
        }
        boolean[] onCycle = new boolean[pairs];
        for (int p = 0; p < pairs; p++) {
            onCycle[p] = mayBeLocal[p] && component[from[p]] == component[to[p]];
        }
        return onCycle;
    }

    private int[][] byEnd(int[] end) {
        int[] count = new int[size];
        for (int p = 0; p < pairs; p++) {
            count[end[p]]++;
        }
        int[][] byEnd = new int[size][];
        for (int f = 0; f < size; f++) {
            byEnd[f] = new int[count[f]];
        }
        for (int p = pairs - 1; p >= 0; p--) {
            byEnd[end[p]][--count[end[p]]] = p;
        }
        return byEnd;
    }

    /** Whether two functions may be members of one group, size aside. */
    boolean allowed(int f, int j) {
        return f != j && trust[f] == trust[j] && rate[f] > 0 && rate[j] > 0 && !isForbidden(f, j);
    }

    boolean isForbidden(int f, int j) {
        return sharing.isForbidden(f, j);
    }

    Tier tier(int f, int j) {
        return sharing.tier(f, j);
    }

    TierCost cost(Tier tier) {
        return sharing.cost(tier);
    }

    boolean callsItself(int f) {
        return self[f] >= 0 && calls[self[f]] > 0;
    }

    boolean waitsForItself(int f) {
        return self[f] >= 0 && wait[self[f]] > 0;
    }

    double aloneMiB(int f) {
        return ownMiB[f] + baseMiB[f];
    }
}
