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
    private static final int LARGEST_TABLE = 400;

    private final int[] runtime;
    private final Map<Tier, TierCost> costs;
    /** By tier: of it and those weaker, the least local hop. */
    private final Map<Tier, Double> leastHopMs = new EnumMap<>(Tier.class);

    /** By tier: of it and those weaker, the first that shares bases; the tier itself if none does. */
    private final Map<Tier, Tier> leanest = new EnumMap<>(Tier.class);

    private final Map<Long, Tier> listed = new HashMap<>();
    private final Set<Long> forbidden = new HashSet<>();
    /** By function: whether any of its pairs is listed or forbidden. */
    private final boolean[] isNamed;
    /** By two functions, for graphs small enough. */
    private final Tier @Nullable [] table;

    private final boolean @Nullable [] apart;

    /**
     * @param index numbers of the functions by name
     * @param runtime by function
     */
    Sharing(CallGraph graph, Map<String, Integer> index, int[] runtime) {
        this.runtime = runtime;
        isNamed = new boolean[runtime.length];
        costs = new EnumMap<>(graph.tiers());
        for (Tier tier : Tier.values()) {
            double least = Double.POSITIVE_INFINITY;
            for (Tier weaker : Tier.values()) {
                least = weaker.compareTo(tier) >= 0
                        ? Math.min(least, cost(weaker).localHopMs())
                        : least;
            }
            leastHopMs.put(tier, least);
            leanest.put(tier, firstSharing(tier));
        }
        for (PairTier pair : graph.pairs()) {
            int first = requireNonNull(index.get(pair.first()));
            int second = requireNonNull(index.get(pair.second()));
            Tier before = list(first, second, pair.tier());
            if (before != null && before != pair.tier()) {
                throw new PlanningException(
                        "SNT0305",
                        "pair " + pair.first() + ", " + pair.second() + ": listed as " + before + " and as "
                                + pair.tier() + " (expected: one tier; the order of the two names does not matter)");
            }
        }
        for (ForbiddenPair pair : graph.forbidden()) {
            forbid(requireNonNull(index.get(pair.first())), requireNonNull(index.get(pair.second())));
        }
        table = runtime.length > LARGEST_TABLE ? null : table();
        apart = runtime.length > LARGEST_TABLE ? null : apart();
    }

    /** The same of some functions, numbered anew. */
    Sharing(Sharing whole, int[] functions, int[] runtime) {
        this.runtime = runtime;
        isNamed = new boolean[runtime.length];
        costs = whole.costs;
        leastHopMs.putAll(whole.leastHopMs);
        leanest.putAll(whole.leanest);
        for (int i = 0; i < functions.length; i++) {
            for (int j = 0; j < i && whole.isNamed[functions[i]]; j++) {
                if (whole.isNamed[functions[j]]) {
                    Tier tier = whole.listed.get(key(functions[i], functions[j]));
                    if (tier != null) {
                        list(i, j, tier);
                    }
                    if (whole.isForbidden(functions[i], functions[j])) {
                        forbid(i, j);
                    }
                }
            }
        }
        table = runtime.length > LARGEST_TABLE ? null : table();
        apart = runtime.length > LARGEST_TABLE ? null : apart();
    }

    private @Nullable Tier list(int f, int j, Tier tier) {
        isNamed[f] = true;
        isNamed[j] = true;
        return listed.put(key(f, j), tier);
    }

    private void forbid(int f, int j) {
        isNamed[f] = true;
        isNamed[j] = true;
        forbidden.add(key(f, j));
    }

    Tier tier(int f, int j) {
        return table == null ? find(f, j) : table[f * runtime.length + j];
    }

    TierCost cost(Tier tier) {
        return requireNonNull(costs.get(tier));
    }

    double leastHopMs(Tier tier) {
        return requireNonNull(leastHopMs.get(tier));
    }

    Tier leanest(Tier tier) {
        return requireNonNull(leanest.get(tier));
    }

    private Tier firstSharing(Tier tier) {
        for (Tier weaker : Tier.values()) {
            if (weaker.compareTo(tier) >= 0 && cost(weaker).sharesBase()) {
                return weaker;
            }
        }
        return tier;
    }

    /** Whether a group of a weaker tier never calls faster, nor shares what one of a stronger tier does not. */
    boolean weakerIsDearer() {
        TierCost before = cost(Tier.IN_PROCESS);
        for (Tier tier : Tier.values()) {
            TierCost cost = cost(tier);
            if (cost.localHopMs() < before.localHopMs() || (cost.sharesBase() && !before.sharesBase())) {
                return false;
            }
            before = cost;
        }
        return true;
    }

    boolean isForbidden(int f, int j) {
        return apart == null
                ? isNamed[f] && isNamed[j] && forbidden.contains(key(f, j))
                : apart[f * runtime.length + j];
    }

    private Tier[] table() {
        int size = runtime.length;
        Tier[] tiers = new Tier[size * size];
        for (int i = 0; i < tiers.length; i++) {
            tiers[i] = find(i / size, i % size);
        }
        return tiers;
    }

    private boolean[] apart() {
        int size = runtime.length;
        boolean[] found = new boolean[size * size];
        for (long key : forbidden) {
            int f = (int) (key >> 32);
            int j = (int) key;
            found[f * size + j] = true;
            found[j * size + f] = true;
        }
        return found;
    }

    private Tier find(int f, int j) {
        Tier tier = isNamed[f] && isNamed[j] ? listed.get(key(f, j)) : null;
        if (tier != null) {
            return tier;
        }
        return runtime[f] == runtime[j] ? Tier.IN_PROCESS : Tier.CO_POD;
    }

    private static long key(int f, int j) {
        return ((long) Math.min(f, j) << 32) | Math.max(f, j);
    }
}
