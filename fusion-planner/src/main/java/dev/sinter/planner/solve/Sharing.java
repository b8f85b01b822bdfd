package dev.sinter.planner.solve;

import static java.util.Objects.requireNonNull;

import dev.sinter.planner.graph.CallGraph;
import dev.sinter.planner.graph.ForbiddenPair;
import dev.sinter.planner.graph.PairTier;
import dev.sinter.planner.graph.PlanningException;
import dev.sinter.planner.graph.Tier;
import dev.sinter.planner.graph.TierCost;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the graph says of two functions sharing a workload: the strongest tier, its cost, and which pairs never may. */
final class Sharing {
    private static final int LARGEST_TABLE = 64;

    private final int[] runtime;
    private final Map<Tier, TierCost> costs;
    private final Map<Long, Tier> listed = new HashMap<>();
    private final Set<Long> forbidden = new HashSet<>();
    /** By two functions, for graphs small enough. */
    private final Tier @Nullable [][] table;

    /**
     * @param index numbers of the functions by name
     * @param runtime by function
     */
    Sharing(CallGraph graph, Map<String, Integer> index, int[] runtime) {
        this.runtime = runtime;
        costs = new EnumMap<>(graph.tiers());
        for (PairTier pair : graph.pairs()) {
            Tier before = listed.put(key(index, pair.first(), pair.second()), pair.tier());
            if (before != null && before != pair.tier()) {
                throw new PlanningException(
                        "SNT0305",
                        "pair " + pair.first() + ", " + pair.second() + ": listed as " + before + " and as "
                                + pair.tier() + " (expected: one tier; the order of the two names does not matter)");
            }
        }
        for (ForbiddenPair pair : graph.forbidden()) {
            forbidden.add(key(index, pair.first(), pair.second()));
        }
        table = table();
    }

    /** The same of some functions, numbered anew. */
    Sharing(Sharing whole, int[] functions, int[] runtime) {
        this.runtime = runtime;
        costs = whole.costs;
        for (int i = 0; i < functions.length; i++) {
            for (int j = 0; j < i; j++) {
                Tier tier = whole.listed.isEmpty() ? null : whole.listed.get(key(functions[i], functions[j]));
                if (tier != null) {
                    listed.put(key(i, j), tier);
                }
                if (whole.isForbidden(functions[i], functions[j])) {
                    forbidden.add(key(i, j));
                }
            }
        }
        table = table();
    }

    Tier tier(int f, int j) {
        return table == null ? find(f, j) : table[f][j];
    }

    TierCost cost(Tier tier) {
        return requireNonNull(costs.get(tier));
    }

    boolean isForbidden(int f, int j) {
        return !forbidden.isEmpty() && forbidden.contains(key(f, j));
    }

    private Tier @Nullable [][] table() {
        int size = runtime.length;
        if (size > LARGEST_TABLE) {
            return null;
        }
        Tier[][] tiers = new Tier[size][size];
        for (int f = 0; f < size; f++) {
            for (int j = 0; j < size; j++) {
                tiers[f][j] = find(f, j);
            }
        }
        return tiers;
    }

    private Tier find(int f, int j) {
        Tier tier = listed.isEmpty() ? null : listed.get(key(f, j));
        if (tier != null) {
            return tier;
        }
        return runtime[f] == runtime[j] ? Tier.IN_PROCESS : Tier.CO_POD;
    }

    private static long key(Map<String, Integer> index, String first, String second) {
        return key(requireNonNull(index.get(first)), requireNonNull(index.get(second)));
    }

    private static long key(int f, int j) {
        return ((long) Math.min(f, j) << 32) | Math.max(f, j);
    }
}
