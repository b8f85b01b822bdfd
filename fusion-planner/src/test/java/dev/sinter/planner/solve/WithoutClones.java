package dev.sinter.planner.solve;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A good plan in which every function is in one group only, as of planners that know no clones: groups are merged and
 * functions moved as long as that helps, from all apart and from every pair together. Not safe for use by several threads.
 */
final class WithoutClones {
    private final Model model;
    private final Groups groups;
    private final Evaluator evaluator;
    private final Goal goal;
    private Worth worth;

    WithoutClones(Model model, Goal goal) {
        this.model = model;
        this.goal = goal;
        groups = new Groups(model);
        evaluator = new Evaluator(model);
        worth = evaluator.evaluate(groups.allAlone());
    }

    Worth best() {
        Worth best = worth;
        for (Group[] start : List.of(groups.allAlone(), new Baselines(model, groups).everyBlockingPair())) {
            worth = evaluator.evaluate(start);
            climb();
            best = goal.isBetter(worth, best) ? worth : best;
        }
        return best;
    }

    private void climb() {
        for (boolean better = true; better; ) {
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
