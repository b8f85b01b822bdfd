package dev.sinter.planner.graph;

import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Functions, the calls between them and what bounds their fusion, over one window. Immutable.
 *
 * <p>Its JSON form is the contract {@code sinter.dev/graph/v1}.
 *
 * <p>Building one throws a {@link PlanningException} for figures that are not finite or negative, names listed twice
 * and references to unknown functions.
 *
 * @param windowSeconds length of the window
 * @param functions in any order, names unique
 * @param edges in any order; several edges of one pair add up
 * @param limits of every group
 * @param tiers cost of every tier
 * @param pairs strongest tier per pair; a pair without entry may share {@code IN_PROCESS} when runtimes are
 *     equal and {@code CO_POD} otherwise
 * @param forbidden pairs that never share a group
 */
public record CallGraph(
        double windowSeconds,
        List<FunctionNode> functions,
        List<Edge> edges,
        Limits limits,
        Map<Tier, TierCost> tiers,
        List<PairTier> pairs,
        List<ForbiddenPair> forbidden) {

    /** The published defaults of the call-graph contract. */
    public static final Map<Tier, TierCost> DEFAULT_TIERS = Map.of(
            Tier.IN_PROCESS, new TierCost(0.1, true),
            Tier.FORKED, new TierCost(0.2, true),
            Tier.CO_PROCESS, new TierCost(0.5, false),
            Tier.CO_POD, new TierCost(0.6, false));

    public CallGraph {
        Figures.requireAmount(windowSeconds, "windowSeconds");
        functions = List.copyOf(functions);
        edges = List.copyOf(edges);
        Map<Tier, TierCost> complete = new EnumMap<>(DEFAULT_TIERS);
        complete.putAll(tiers);
        tiers = Map.copyOf(complete);
        pairs = List.copyOf(pairs);
        forbidden = List.copyOf(forbidden);
        Set<String> names = new HashSet<>();
        for (FunctionNode function : functions) {
            if (!names.add(function.name())) {
                throw new PlanningException(
                        "SNT0303", "function " + function.name() + ": listed twice (expected: unique names)");
            }
        }
        for (Edge edge : edges) {
            requireKnown(names, edge.from(), "edge ", edge.from(), " -> ", edge.to());
            requireKnown(names, edge.to(), "edge ", edge.from(), " -> ", edge.to());
        }
        for (PairTier pair : pairs) {
            requireKnown(names, pair.first(), "pair ", pair.first(), ", ", pair.second());
            requireKnown(names, pair.second(), "pair ", pair.first(), ", ", pair.second());
        }
        for (ForbiddenPair pair : forbidden) {
            requireKnown(names, pair.first(), "forbidden pair ", pair.first(), ", ", pair.second());
            requireKnown(names, pair.second(), "forbidden pair ", pair.first(), ", ", pair.second());
        }
    }

    private static void requireKnown(Set<String> names, String name, String... where) {
        if (!names.contains(name)) {
            throw new PlanningException(
                    "SNT0304",
                    String.join("", where) + ": no function is named \"" + name
                            + "\" (expected: a name from functions). " + "Maybe the function was renamed or left out.");
        }
    }
}
