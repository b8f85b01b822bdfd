package dev.sinter.planner.solve;

import dev.sinter.planner.graph.CallGraph;
import dev.sinter.planner.graph.PlanningException;
import dev.sinter.planner.plan.LocalPair;
import dev.sinter.planner.plan.Objective;
import dev.sinter.planner.plan.PlannedGroup;
import dev.sinter.planner.plan.Predicted;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Computes what any plan is worth on a graph, as the plan contract defines it. Not safe for use by several threads.
 *
 * <p>Throws a {@link PlanningException} for graphs whose figures contradict each other ({@code SNT0305} to
 * {@code SNT0307}) and for groups that are no plan or break a limit ({@code SNT0308}).
 */
public final class PlanScorer {
    private final Model model;
    private final Groups groups;
    private final Evaluator evaluator;
    private final Worth before;
    private final Map<String, Integer> index = new HashMap<>();

    public PlanScorer(CallGraph graph) {
        model = Model.of(graph);
        groups = new Groups(model);
        evaluator = new Evaluator(model);
        before = evaluator.evaluate(groups.allAlone());
        for (int f = 0; f < model.size; f++) {
            index.put(model.name[f], f);
        }
    }

    /** What all functions apart are worth. */
    public Predicted before() {
        return predicted(before);
    }

    /** What {@code plan} is worth; names, tiers, memory and replicas in it are not read. */
    public Predicted predict(List<PlannedGroup> plan) {
        return predicted(evaluate(plan));
    }

    /** The value of {@code plan} that {@code objective} is to make small. */
    public double value(Objective objective, List<PlannedGroup> plan) {
        return Goal.of(objective, before).value(evaluate(plan));
    }

    private Worth evaluate(List<PlannedGroup> plan) {
        int[] homes = new int[model.size];
        Group[] layout = new Group[plan.size()];
        for (int g = 0; g < layout.length; g++) {
            layout[g] = group(plan.get(g));
            for (int home : layout[g].homes) {
                homes[home]++;
            }
        }
        for (int f = 0; f < model.size; f++) {
            if (homes[f] != 1) {
                throw noPlan("function " + model.name[f] + ": at home in " + homes[f] + " groups (expected: 1)");
            }
        }
        Worth worth = evaluator.evaluate(layout);
        if (!worth.everyoneCalled()) {
            throw noPlan("a member of a group of several receives no calls there (expected: every member is called)");
        }
        return worth;
    }

    private Group group(PlannedGroup planned) {
        int[] members = planned.members().stream().mapToInt(this::number).toArray();
        int[] homes = planned.homes().stream().mapToInt(this::number).toArray();
        if (Set.copyOf(planned.members()).size() < members.length
                || Set.copyOf(planned.homes()).size() < homes.length
                || !planned.members().containsAll(planned.homes())) {
            throw noPlan("group of " + planned.members() + " with homes " + planned.homes()
                    + ": (expected: members and homes named once, homes among the members)");
        }
        int[] locals = planned.local().stream()
                .mapToInt(pair -> pair(planned, pair))
                .distinct()
                .sorted()
                .toArray();
        Group group = groups.of(members, homes, locals);
        if (group == null || group.members.length != members.length || homes.length == 0) {
            throw noPlan("group of " + planned.members()
                    + ": not connected by calls from its homes, or over a limit (expected: local pairs reach every"
                    + " member; at most " + model.limits.members() + " members and " + model.limits.memoryMiB()
                    + " MiB; one trust domain; no forbidden pair)");
        }
        for (int pair : locals) {
            if (groups.reaches(locals, model.to[pair], model.from[pair])) {
                throw noPlan("group of " + planned.members() + ": local pairs form a cycle (expected: none)");
            }
        }
        return group;
    }

    private int pair(PlannedGroup planned, LocalPair local) {
        int from = number(local.from());
        int to = number(local.to());
        for (int pair : model.out[from]) {
            if (model.to[pair] == to
                    && model.mayBeLocal[pair]
                    && planned.members().contains(local.from())
                    && planned.members().contains(local.to())) {
                return pair;
            }
        }
        throw noPlan("local pair " + local.from() + " -> " + local.to()
                + ": its calls may not be local (expected: both members, all calls waited for with enough confidence)");
    }

    private int number(String function) {
        Integer number = index.get(function);
        if (number == null) {
            throw noPlan("function " + function + ": not in the graph");
        }
        return number;
    }

    private static PlanningException noPlan(String message) {
        return new PlanningException("SNT0308", message);
    }

    private static Predicted predicted(Worth worth) {
        return new Predicted(worth.latencyMs(), worth.gbSecondsPerSecond(), worth.residentMiB());
    }
}
