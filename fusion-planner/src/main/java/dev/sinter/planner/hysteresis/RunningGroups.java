package dev.sinter.planner.hysteresis;

import dev.sinter.planner.graph.CallGraph;
import dev.sinter.planner.graph.FunctionNode;
import dev.sinter.planner.graph.PlanningException;
import dev.sinter.planner.graph.Tier;
import dev.sinter.planner.plan.Objective;
import dev.sinter.planner.plan.PlannedGroup;
import dev.sinter.planner.solve.PlanScorer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What runs, weighed by the newest call graph: whether more groups are worth adding. The call graph must say of fused
 * calls what they would cost remotely, or every fusion looks useless as soon as it works. Not safe for use by several
 * threads.
 */
public final class RunningGroups {
    private final Hysteresis hysteresis;
    private final Objective objective;
    private final CallGraph graph;
    private final PlanScorer scorer;
    private final List<PlannedGroup> sound = new ArrayList<>();

    /**
     * @param running groups of several that serve now; their tiers, memory and replicas are not read. Those that are no
     *     plan any more (a limit, a forbidden pair, calls no longer waited for) count as if they did not run
     * @throws PlanningException if the graph's figures contradict each other
     */
    public RunningGroups(HysteresisPolicy policy, Objective objective, CallGraph graph, List<PlannedGroup> running) {
        hysteresis = new Hysteresis(policy);
        this.objective = objective;
        this.graph = graph;
        scorer = new PlanScorer(graph);
        for (PlannedGroup group : running) {
            if (isPlan(Stream.concat(sound.stream(), Stream.of(group)).toList())) {
                sound.add(group);
            }
        }
    }

    /** Whether {@code wanted}, all together, save enough beside what runs. */
    public boolean isWorthAdding(List<PlannedGroup> wanted) {
        List<PlannedGroup> both = new ArrayList<>(sound);
        both.addAll(wanted);
        return hysteresis.isWorthEntering(value(sound), value(both));
    }

    private boolean isPlan(List<PlannedGroup> groups) {
        try {
            value(groups);
            return true;
        } catch (PlanningException e) {
            return false;
        }
    }

    private double value(List<PlannedGroup> groups) {
        Set<String> housed = new HashSet<>();
        groups.forEach(group -> housed.addAll(group.homes()));
        List<PlannedGroup> all = new ArrayList<>(groups);
        for (FunctionNode function : graph.functions()) {
            if (!housed.contains(function.name())) {
                List<String> alone = List.of(function.name());
                all.add(new PlannedGroup(function.name(), alone, alone, List.of(), Tier.IN_PROCESS, 0, 0));
            }
        }
        return scorer.value(objective, all);
    }
}
