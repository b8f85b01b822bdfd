package dev.sinter.planner.solve;

import dev.sinter.planner.plan.LocalPair;
import dev.sinter.planner.plan.Objective;
import dev.sinter.planner.plan.Plan;
import dev.sinter.planner.plan.PlannedGroup;
import dev.sinter.planner.plan.Predicted;
import dev.sinter.planner.plan.Rejection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Turns a layout of numbers into a plan of names. */
final class PlanWriter {
    private final Model model;
    private final Evaluator evaluator;
    private final Worth before;

    PlanWriter(Model model, Evaluator evaluator, Worth before) {
        this.model = model;
        this.evaluator = evaluator;
        this.before = before;
    }

    Plan write(Group[] layout, Objective objective, double bound, List<Rejection> rejected) {
        Worth worth = evaluator.evaluate(layout);
        double value = Goal.of(objective, before).value(worth);
        List<GroupNames.Content> contents = new ArrayList<>();
        for (Group group : layout) {
            contents.add(new GroupNames.Content(names(group.members), names(group.homes)));
        }
        String[] names = GroupNames.of(contents);
        List<PlannedGroup> groups = new ArrayList<>();
        for (int g = 0; g < layout.length; g++) {
            Group group = layout[g];
            groups.add(new PlannedGroup(
                    names[g],
                    contents.get(g).members(),
                    contents.get(g).homes(),
                    local(group),
                    group.tier,
                    group.memoryMiB,
                    evaluator.replicas(g)));
        }
        Map<String, PlannedGroup> byName = new TreeMap<>();
        for (PlannedGroup group : groups) {
            byName.put(group.name(), group);
        }
        return new Plan(
                List.copyOf(byName.values()),
                objective,
                value,
                bound > 0 ? Math.min(bound, value) : 0,
                predicted(worth),
                predicted(before),
                rejected);
    }

    private List<String> names(int[] functions) {
        String[] names = new String[functions.length];
        for (int i = 0; i < names.length; i++) {
            names[i] = model.name[functions[i]];
        }
        return List.of(names);
    }

    private List<LocalPair> local(Group group) {
        List<LocalPair> local = new ArrayList<>();
        for (int pair : group.locals) {
            local.add(new LocalPair(model.name[model.from[pair]], model.name[model.to[pair]]));
        }
        return local;
    }

    private static Predicted predicted(Worth worth) {
        return new Predicted(worth.latencyMs(), worth.gbSecondsPerSecond(), worth.residentMiB());
    }
}
