package dev.sinter.planner.hysteresis;

import dev.sinter.planner.graph.CallGraph;
import dev.sinter.planner.graph.Edge;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Says whether a change may be made now. Immutable and thread-safe. */
public final class Hysteresis {
    private final HysteresisPolicy policy;

    public Hysteresis(HysteresisPolicy policy) {
        this.policy = policy;
    }

    /** Whether a plan of value {@code planned} is worth leaving what runs, of value {@code present}. */
    public boolean isWorthEntering(double present, double planned) {
        return planned <= present * (1 - policy.enterMargin()) && planned < present;
    }

    /**
     * Why the group of these images may not be tried now, or null if it may.
     *
     * @param digests image digest by member
     * @param changes of the application's groups
     */
    public @Nullable Refusal refusal(
            Map<String, String> digests, CallGraph graph, Collection<Change> changes, Attempts attempts, Instant now) {
        Set<String> neighbourhood = connected(digests.keySet(), graph);
        for (Change change : changes) {
            if (change.underWay() && change.members().stream().anyMatch(neighbourhood::contains)) {
                return Refusal.IN_FLIGHT;
            }
        }
        for (Change change : changes) {
            boolean recent = now.isBefore(change.since().plus(policy.dwell()));
            if (!change.underWay() && recent && change.members().stream().anyMatch(digests::containsKey)) {
                return Refusal.DWELL;
            }
        }
        return now.isBefore(attempts.retryAt(digests, policy)) ? Refusal.BACK_OFF : null;
    }

    /** Everything that calls connect with {@code functions}, in either direction, themselves included. */
    private static Set<String> connected(Set<String> functions, CallGraph graph) {
        Map<String, String> parents = new HashMap<>();
        for (Edge edge : graph.edges()) {
            if (edge.ratePerSecond() > 0) {
                parents.put(root(edge.from(), parents), root(edge.to(), parents));
            }
        }
        Set<String> roots = new HashSet<>();
        functions.forEach(function -> roots.add(root(function, parents)));
        Set<String> connected = new HashSet<>(functions);
        graph.functions().stream()
                .map(node -> node.name())
                .filter(name -> roots.contains(root(name, parents)))
                .forEach(connected::add);
        return connected;
    }

    private static String root(String function, Map<String, String> parents) {
        String at = function;
        while (!parents.getOrDefault(at, at).equals(at)) {
            at = parents.getOrDefault(at, at);
        }
        return at;
    }
}
