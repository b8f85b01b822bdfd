package dev.sinter.planner.solve;

import dev.sinter.planner.plan.ReasonCode;
import dev.sinter.planner.plan.Rejection;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says of every pair that stays remote where its caller is at home why, and what would change that. */
final class Rejections {
    /** Graphs with more pairs get no exact price per pair: each takes three evaluations of the whole. */
    private static final int MOST_PRICED = 600;

    private static final int DIGITS = 4;

    private final Model model;
    private final Groups groups;
    private final Evaluator evaluator;
    private final Goal goal;

    Rejections(Model model, Groups groups, Evaluator evaluator, Goal goal) {
        this.model = model;
        this.groups = groups;
        this.evaluator = evaluator;
        this.goal = goal;
    }

    List<Rejection> of(Group[] layout) {
        Worth worth = evaluator.evaluate(layout);
        int[] homeOf = new int[model.size];
        double[] received = new double[model.size];
        for (int g = 0; g < layout.length; g++) {
            for (int home : layout[g].homes) {
                homeOf[home] = g;
                received[home] = evaluator.homeReceived(home);
            }
        }
        List<Rejection> rejections = new ArrayList<>();
        for (int pair = 0; pair < model.pairs; pair++) {
            int g = homeOf[model.from[pair]];
            if (!layout[g].isLocal(pair)) {
                rejections.add(rejection(layout, worth, pair, g, homeOf[model.to[pair]]));
            }
        }
        return rejections;
    }

    private Rejection rejection(Group[] layout, Worth worth, int pair, int g, int h) {
        String from = model.name[model.from[pair]];
        String to = model.name[model.to[pair]];
        ReasonCode reason = fixedReason(pair);
        if (reason != null) {
            return new Rejection(from, to, reason, fixedFlip(reason, from, to, pair));
        }
        Group here = layout[g];
        if (groups.reaches(here.locals, model.to[pair], model.from[pair])) {
            return new Rejection(from, to, ReasonCode.CYCLE, "keep another pair of the cycle remote");
        }
        int[] members = IntSets.with(here.members, model.to[pair]);
        if (members.length > model.limits.members()) {
            return new Rejection(
                    from,
                    to,
                    ReasonCode.MEMBER_LIMIT,
                    "limits.members >= " + members.length + " (is " + model.limits.members() + ")");
        }
        for (int member : here.members) {
            if (member != model.to[pair] && !model.allowed(member, model.to[pair])) {
                return new Rejection(
                        from, to, ReasonCode.FORBIDDEN, to + " may share a group with " + model.name[member]);
            }
        }
        double memoryMiB = groups.memoryMiB(members, groups.tier(members));
        if (memoryMiB > model.limits.memoryMiB()) {
            return new Rejection(
                    from,
                    to,
                    ReasonCode.MEMORY_LIMIT,
                    "limits.memoryMiB >= " + shown(memoryMiB) + " (is " + shown(model.limits.memoryMiB()) + ")");
        }
        return new Rejection(from, to, ReasonCode.NO_GAIN, gainFlip(layout, worth, pair, g, h));
    }

    private @Nullable ReasonCode fixedReason(int pair) {
        int f = model.from[pair];
        int j = model.to[pair];
        if (f == j) {
            return ReasonCode.SELF_CALL;
        }
        if (model.calls[pair] == 0 || model.rate[j] == 0) {
            return ReasonCode.NO_TRAFFIC;
        }
        if (model.kindReason[pair] != null) {
            return model.kindReason[pair];
        }
        if (model.trust[f] != model.trust[j]) {
            return ReasonCode.TRUST;
        }
        return model.isForbidden(f, j) ? ReasonCode.FORBIDDEN : null;
    }

    private String fixedFlip(ReasonCode reason, String from, String to, int pair) {
        return switch (reason) {
            case SELF_CALL -> "nothing: a function's calls to itself go to its home";
            case NO_TRAFFIC -> "calls from " + from + " to " + to;
            case ASYNC -> "all calls from " + from + " to " + to + " waited for";
            case UNKNOWN_KIND -> "evidence that " + from + " waits for " + to;
            case LOW_CONFIDENCE ->
                "confidence >= " + model.limits.minConfidence() + " (is " + model.leastConfidence[pair] + ")";
            case TRUST -> "equal trust domains of " + from + " and " + to;
            case FORBIDDEN -> "[" + from + ", " + to + "] not forbidden";
            case MEMORY_LIMIT, MEMBER_LIMIT, CYCLE, NO_GAIN -> "";
        };
    }

    /** What the cheapest way to make the pair local would lose, and the hop from which it would not. */
    private String gainFlip(Group[] layout, Worth worth, int pair, int g, int h) {
        if (model.pairs > MOST_PRICED) {
            return "a hop whose time is worth more than the memory of " + model.name[model.to[pair]];
        }
        Group here = layout[g];
        int callee = model.to[pair];
        Worth cheapest = null;
        Group[] clone = with(layout, g, -1, groups.of(IntSets.with(here.members, callee), here.homes));
        Group[] merge = with(
                layout,
                g,
                h,
                h == g
                        ? groups.of(here.members, here.homes)
                        : groups.of(
                                IntSets.union(here.members, layout[h].members),
                                IntSets.union(here.homes, layout[h].homes)));
        for (Group[] changed : new Group[][] {clone, merge}) {
            Worth changedWorth = changed.length == 0 ? null : evaluator.evaluate(changed);
            if (changedWorth != null && (cheapest == null || goal.isBetter(changedWorth, cheapest))) {
                cheapest = changedWorth;
            }
        }
        if (cheapest == null || !cheapest.everyoneCalled()) {
            return "the groups of both to keep the limits together";
        }
        double loss = goal.value(cheapest) - goal.value(worth);
        double perMs = model.wait[pair] * hopPrice(layout, worth, pair);
        if (loss > 0 && perMs > 0) {
            double hop = model.hopMs[pair] / model.wait[pair];
            return "hopMs >= " + shown(hop + loss / perMs) + " (is " + shown(hop) + "); local would cost " + shown(loss)
                    + " more";
        }
        return "local would cost " + shown(Math.max(0, loss)) + " more at any hop";
    }

    /** What one millisecond more on the pair's hop costs in {@code layout}. */
    private double hopPrice(Group[] layout, Worth worth, int pair) {
        double before = model.hopMs[pair];
        model.hopMs[pair] = before + model.wait[pair];
        double priced = goal.value(evaluator.evaluate(layout)) - goal.value(worth);
        model.hopMs[pair] = before;
        return model.wait[pair] > 0 ? priced / model.wait[pair] : 0;
    }

    private static Group[] with(Group[] layout, int g, int h, @Nullable Group group) {
        if (group == null) {
            return new Group[0];
        }
        List<Group> changed = new ArrayList<>();
        for (int i = 0; i < layout.length; i++) {
            if (i != g && i != h) {
                changed.add(layout[i]);
            }
        }
        changed.add(group);
        return changed.toArray(Group[]::new);
    }

    /** With four digits that count. */
    private static String shown(double value) {
        if (value == 0 || !Double.isFinite(value)) {
            return Double.toString(value);
        }
        double scale = Math.pow(10, DIGITS - 1 - Math.floor(Math.log10(Math.abs(value))));
        double rounded = Math.rint(value * scale) / scale;
        String text = Double.toString(Double.isFinite(rounded) ? rounded : value);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }
}
