package dev.sinter.planner.solve;

import org.jspecify.annotations.Nullable;

/**
 * A good layout in which every function is in one group only, as of planners that know no clones: groups are merged and
 * functions moved as long as that helps. Not safe for use by several threads.
 */
final class WithoutClones {
    private final Model model;
    private final Groups groups;
    private final Evaluator evaluator;
    private final Goal goal;
    private final Budget budget;
    private Worth worth;

    WithoutClones(Model model, Groups groups, Evaluator evaluator, Goal goal, Budget budget) {
        this.model = model;
        this.groups = groups;
        this.evaluator = evaluator;
        this.goal = goal;
        this.budget = budget;
        worth = evaluator.evaluate(groups.allAlone());
    }

    /** A layout at least as good as {@code start}, which must be one without clones. */
    Group[] improve(Group[] start) {
        worth = evaluator.evaluate(start);
        for (boolean better = true; better && !budget.isSpent(); ) {
            better = false;
            for (int pair = 0; pair < model.pairs; pair++) {
                better |= model.mayBeLocal[pair] && improve(model.from[pair], model.to[pair]);
            }
            for (int f = 0; f < model.size; f++) {
                Group here = at(slot(f));
                better |= here.members.length > 1
                        && replace(new int[] {slot(f)}, groups.alone(f), whole(IntSets.without(here.members, f)));
            }
        }
        return evaluator.layout();
    }

    /** Merges the groups of both, or moves one of them into the other's. */
    private boolean improve(int caller, int callee) {
        int a = slot(caller);
        int b = slot(callee);
        if (a == b) {
            return false;
        }
        int[] above = at(a).members;
        int[] below = at(b).members;
        int[] both = {a, b};
        return replace(both, whole(IntSets.union(above, below)))
                || (below.length > 1
                        && replace(both, whole(IntSets.with(above, callee)), whole(IntSets.without(below, callee))))
                || (above.length > 1
                        && replace(both, whole(IntSets.with(below, caller)), whole(IntSets.without(above, caller))));
    }

    private @Nullable Group whole(int[] members) {
        Group group = groups.of(members, members);
        return group == null || group.members.length < members.length ? null : group;
    }

    private boolean replace(int[] slots, @Nullable Group... added) {
        for (Group group : added) {
            if (group == null) {
                return false;
            }
        }
        if (!budget.step()) {
            return false;
        }
        Worth changed = evaluator.change(slots, added);
        if (!goal.isBetter(changed, worth)) {
            evaluator.undo();
            return false;
        }
        evaluator.keep();
        worth = changed;
        return true;
    }

    private int slot(int f) {
        return evaluator.copies().slotOf(evaluator.copies().home(f));
    }

    private Group at(int slot) {
        return evaluator.copies().groupOf(evaluator.copies().start(slot));
    }
}
