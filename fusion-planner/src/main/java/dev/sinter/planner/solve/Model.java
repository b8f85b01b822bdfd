package dev.sinter.planner.solve;

import dev.sinter.planner.graph.CallGraph;
import dev.sinter.planner.graph.FunctionNode;
import dev.sinter.planner.graph.Limits;
import dev.sinter.planner.graph.Tier;
import dev.sinter.planner.graph.TierCost;
import dev.sinter.planner.plan.ReasonCode;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A call graph in arrays: functions numbered by name, edges summed up to pairs numbered by caller, then callee. Equal
 * for every order of the input. Immutable by convention: nobody writes to the arrays.
 */
final class Model {
    /** {@code outside} is 0 where less than this share of a function's rate comes from outside. */
    private static final double OUTSIDE_SHARE = 1e-9;

    /** By function, as of {@link FunctionFigures}. */
    final int size;

    final String[] name;
    final double[] rate;
    final double[] busyMs;
    final double[] baseMiB;
    final double[] ownMiB;
    final double[] cpu;
    final int[] runtime;
    final int[] trust;
    final int runtimes;
    /** Requests per second from outside the graph. */
    final double[] outside;
    /** Share of a function's time at home in the latency of the whole. */
    final double[] timeWeight;

    /** By pair, as of {@link PairFigures}. */
    final int pairs;

    final int[] from;
    final int[] to;
    final double[] calls;
    final double[] wait;
    final double[] hopMs;
    final boolean[] mayBeLocal;
    final @Nullable ReasonCode[] kindReason;
    final double[] leastConfidence;
    final int[] parentPair;
    /** Whether the pair may be local and lies on a cycle of such pairs. */
    final boolean[] onCycle;

    /** Pairs by caller. */
    final int[][] out;
    /** Pairs by callee. */
    final int[][] in;
    /** Callees first: strongly connected components by calls that are waited for. */
    final int[][] waitOrder;
    /** Callers first: strongly connected components by calls. */
    final int[][] callOrder;

    final Limits limits;
    private final FunctionFigures functionFigures;
    private final PairFigures pairFigures;
    private final Sharing sharing;
    /** By function: the pair of its calls to itself; −1 if there are none. */
    private final int[] self;

    private Model(
            FunctionFigures functions,
            PairFigures pairFigures,
            Sharing sharing,
            Limits limits,
            double[] outside,
            double[] timeWeight) {
        functionFigures = functions;
        this.pairFigures = pairFigures;
        this.sharing = sharing;
        this.limits = limits;
        this.outside = outside;
        this.timeWeight = timeWeight;
        size = functions.size;
        name = functions.name;
        rate = functions.rate;
        busyMs = functions.busyMs;
        baseMiB = functions.baseMiB;
        ownMiB = functions.ownMiB;
        cpu = functions.cpu;
        runtime = functions.runtime;
        trust = functions.trust;
        runtimes = functions.runtimes;
        pairs = pairFigures.count;
        from = pairFigures.from;
        to = pairFigures.to;
        calls = pairFigures.calls;
        wait = pairFigures.wait;
        hopMs = pairFigures.hopMs;
        mayBeLocal = pairFigures.mayBeLocal;
        kindReason = pairFigures.kindReason;
        leastConfidence = pairFigures.leastConfidence;
        parentPair = pairFigures.parent;
        self = new int[size];
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

    static Model of(CallGraph graph) {
        List<FunctionNode> sorted = List.copyOf(byName(graph).values());
        FunctionFigures functions = FunctionFigures.of(sorted);
        Map<String, Integer> number = new HashMap<>();
        for (int f = 0; f < functions.size; f++) {
            number.put(functions.name[f], f);
        }
        Sharing sharing = new Sharing(graph, number, functions.runtime);
        PairFigures pairs = PairFigures.of(graph, number, functions, sharing);
        double[] outside = outside(sorted, pairs);
        double all = 0;
        for (double ofFunction : outside) {
            all += ofFunction;
        }
        double[] timeWeight = new double[functions.size];
        for (int f = 0; f < functions.size && all > 0; f++) {
            timeWeight[f] = outside[f] / all;
        }
        return new Model(functions, pairs, sharing, graph.limits(), outside, timeWeight);
    }

    private static Map<String, FunctionNode> byName(CallGraph graph) {
        Map<String, FunctionNode> byName = new TreeMap<>();
        for (FunctionNode function : graph.functions()) {
            byName.put(function.name(), function);
        }
        return byName;
    }

    private static double[] outside(List<FunctionNode> functions, PairFigures pairs) {
        double[] inside = new double[functions.size()];
        for (int p = 0; p < pairs.count; p++) {
            inside[pairs.to[p]] += pairs.rate[p];
        }
        double[] outside = new double[functions.size()];
        for (int f = 0; f < outside.length; f++) {
            double rate = functions.get(f).ratePerSecond();
            double rest = rate - inside[f];
            outside[f] = functions.get(f).entry() && rest > OUTSIDE_SHARE * rate ? rest : 0;
        }
        return outside;
    }

    /**
     * The part with some of the functions, as if all others stood alone.
     *
     * @param functions ascending
     * @param arriving requests per second at each from outside the part
     * @param weight of each one's time in the latency
     * @param waitingMs what each waits for calls that leave the part
     */
    Model part(int[] functions, double[] arriving, double[] weight, double[] waitingMs) {
        int[] kept = Arrays.stream(functions)
                .flatMap(f -> Arrays.stream(out[f]))
                .filter(p -> Arrays.binarySearch(functions, to[p]) >= 0)
                .toArray();
        FunctionFigures figures = functionFigures.part(functions, waitingMs);
        return new Model(
                figures,
                pairFigures.part(functions, kept),
                new Sharing(sharing, functions, figures.runtime),
                limits,
                arriving,
                weight);
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
        int[] component = Components.ranks(size, Components.calleesFirst(size, out, to, weight));
        boolean[] found = new boolean[pairs];
        for (int p = 0; p < pairs; p++) {
            found[p] = mayBeLocal[p] && component[from[p]] == component[to[p]];
        }
        return found;
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
        return functionFigures.mayShare(f, j) && !isForbidden(f, j);
    }

    /** Whether {@code f} may be a member of a group with all of these, size aside. */
    boolean allowed(int f, int[] members) {
        for (int member : members) {
            if (!allowed(f, member)) {
                return false;
            }
        }
        return true;
    }

    /** Other functions that could be members of a group made for {@code f}: what it calls, directly or through others. */
    int[] possibleMembers(int f) {
        int[] found = {f};
        for (int at = 0; at < found.length; at++) {
            for (int pair : out[found[at]]) {
                int callee = to[pair];
                boolean isNew = mayBeLocal[pair] && allowed(f, callee);
                for (int i = 0; isNew && i < found.length; i++) {
                    isNew = found[i] != callee;
                }
                if (isNew) {
                    found = Arrays.copyOf(found, found.length + 1);
                    found[found.length - 1] = callee;
                }
            }
        }
        return Arrays.copyOfRange(found, 1, found.length);
    }

    /** Pairs that may be local, those with the most hop time first. */
    int[] localByHopRate() {
        double[] hopRate = new double[pairs];
        int[] found = new int[pairs];
        int count = 0;
        for (int p = 0; p < pairs; p++) {
            hopRate[p] = rate[from[p]] * hopMs[p];
            if (mayBeLocal[p]) {
                found[count++] = p;
            }
        }
        return Ranking.largestFirst(Arrays.copyOf(found, count), hopRate);
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

    /** Of the tiers that a group of this one may have when it grows, one that needs the least memory. */
    Tier leanest(Tier tier) {
        return sharing.leanest(tier);
    }

    /** Whether a group never calls faster or needs less memory by being larger. */
    boolean weakerTiersAreDearer() {
        return sharing.weakerIsDearer();
    }

    /** The least local hop of a group that has this tier or, when it grows, a weaker one. */
    double leastHopMs(Tier tier) {
        return sharing.leastHopMs(tier);
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
