package dev.sinter.planner.solve;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Branch and bound over all plans of a small graph, clones and shared homes included.
 *
 * <p>Groups are made one after the other, each for the first function (callers first) that receives calls and has no
 * home yet: either one of the groups made before that hold a copy of it becomes its home, or a new group does. A new
 * group is made function by function: left out, called by a non-empty set of members, or another first home. Homes of
 * copies stay open until calls arrive. Calls inside a group to a function at home there are local wherever that costs no
 * time: remote, they would reach the same copy. What is open is bounded from below by {@link PartialBound}. Not safe for use by several threads.
 */
final class ExactSearch {
    /** Functions are kept in the bits of a long. */
    static final int LARGEST = 62;

    private final Model model;
    private final Groups groups;
    private final Evaluator evaluator;
    private final Goal goal;
    private final Budget budget;
    private final PartialPlan plan;
    private final PartialBound bound;
    private final boolean cpuNeverBinds;
    /** Whether some plan of least value has one home that receives calls in every group. */
    private final boolean homesApart;

    private final @Nullable JointBound joint;
    /** Whether the joint bound is only asked between groups: inside them it costs more than it saves where memory is resident. */
    private final boolean sparesEffort;

    private final boolean breaksTies;
    /** By group: what its first function may reach locally in a plan that is worth finding; null if that is unknown. */
    private final long[] @Nullable [] reachable;

    private Group[] best;
    private Worth bestWorth;

    /**
     * @param root bounds of the same model
     * @param start the best layout known
     * @param costs what requests cost in the goal's value; null if it has no price of memory held
     * @param breaksTies whether to look for layouts of equal value that are to be preferred, too
     */
    ExactSearch(
            Model model,
            Groups groups,
            Evaluator evaluator,
            Goal goal,
            Budget budget,
            RootBound root,
            Group[] start,
            @Nullable RequestCosts costs,
            boolean breaksTies) {
        this.model = model;
        this.groups = groups;
        this.evaluator = evaluator;
        this.goal = goal;
        this.budget = budget;
        this.breaksTies = breaksTies;
        plan = new PartialPlan(model);
        bound = new PartialBound(model, plan, root);
        joint = costs == null ? null : new JointBound(model, plan, bound, goal, costs);
        sparesEffort = goal.resident() > 0;
        cpuNeverBinds = goal.resident() == 0 || Arrays.stream(model.cpu).sum() <= model.limits.cpuMillicores();
        reachable = new long[model.size + 1][];
        homesApart = !breaksTies && goal.resident() == 0 && model.weakerTiersAreDearer();
        best = start;
        bestWorth = evaluator.evaluate(start);
    }

    /** What no plan falls below, as far as is known before the search. */
    double bound() {
        Worth least = bound.compute();
        return joint == null ? goal.value(least) : Math.max(goal.value(least), joint.value());
    }

    /** The best layout, or null if the budget ended before it was proven. */
    Group @Nullable [] run() {
        assignNext();
        return budget.isSpent() ? null : best;
    }

    /** The best layout met, proven or not. */
    Group[] best() {
        return best;
    }

    private void assignNext() {
        if (!budget.step() || isHopeless()) {
            return;
        }
        int next = bound.firstWithoutHome();
        if (next < 0) {
            finish();
            return;
        }
        for (int g = 0; g < plan.groups && !homesApart; g++) {
            if ((plan.members[g] & (1L << next)) != 0 && plan.missingCallers(next, g) == 0) {
                plan.homeOf[next] = g;
                assignNext();
                plan.homeOf[next] = -1;
            }
        }
        bound.compute();
        long[] sets = joint == null ? null : joint.worthwhile(next, bestWorth, breaksTies);
        if (sets != null && sets.length == 0) {
            return;
        }
        reachable[plan.groups] = sets;
        plan.open(next);
        decide(0);
        plan.close();
    }

    private boolean isHopeless() {
        if (plan.isOpen() && !isReachable()) {
            return true;
        }
        Worth least = bound.compute();
        if (breaksTies ? goal.cannotBeat(least, bestWorth) : goal.hasNoLessValue(least, bestWorth)) {
            return true;
        }
        return joint != null
                && !(plan.isOpen() && sparesEffort)
                && goal.isTooDear(joint.value(), bestWorth, breaksTies);
    }

    /** Whether what is decided of the open group is part of something worthwhile. */
    private boolean isReachable() {
        long[] sets = reachable[plan.groups - 1];
        if (sets == null) {
            return true;
        }
        long reached = plan.reached();
        for (long set : sets) {
            if ((set & plan.left) == 0 && (reached & ~set) == 0) {
                return true;
            }
        }
        return false;
    }

    /** Decides the membership of the {@code at}-th function in the open group. */
    private void decide(int at) {
        if (!budget.step()) {
            return;
        }
        if (at == plan.order.length) {
            if (plan.isWhole()) {
                tryOpenGroup();
            }
            return;
        }
        int f = plan.order[at];
        int g = plan.groups - 1;
        boolean isFirst = f == plan.first;
        long callers = plan.possibleCallers(f);
        if (isFirst || plan.mayJoin(f)) {
            long atHome = plan.missingCallers(f, g);
            if (callers != 0) {
                boolean onlyAll = !isFirst && cpuNeverBinds && plan.isLocalLeaf(f, callers);
                for (long subset = callers; subset != 0; subset = onlyAll ? 0 : (subset - 1) & callers) {
                    if (!isFirst || (atHome & ~subset) == 0) {
                        descend(at, f, g, subset);
                    }
                }
            }
            if (atHome == 0 && (isFirst || (!homesApart && plan.homeOf[f] < 0 && plan.traffic[f] > 0))) {
                descend(at, f, g, 0);
            }
        }
        if (!isFirst && (plan.forced & (1L << f)) == 0) {
            plan.decided |= 1L << f;
            plan.left |= 1L << f;
            if (!isHopeless()) {
                decide(at + 1);
            }
            plan.left &= ~(1L << f);
            plan.decided &= ~(1L << f);
        }
    }

    private void tryOpenGroup() {
        int g = plan.groups - 1;
        int first = plan.first;
        long left = plan.left;
        long forced = plan.forced;
        long otherRoots = plan.roots(g) & ~(1L << first);
        plan.settle();
        plan.setHomes(otherRoots, g);
        assignNext();
        plan.setHomes(otherRoots, -1);
        plan.reopen(first, left, forced);
    }

    private void descend(int at, int f, int g, long callers) {
        long membersBefore = plan.members[g];
        long forcedBefore = plan.forced;
        double memoryBefore = plan.memoryMiB[g];
        double hopBefore = plan.localHopMs[g];
        plan.decided |= 1L << f;
        plan.members[g] |= 1L << f;
        plan.calledBy[g][f] = callers;
        plan.forced |= callers & ~plan.decided;
        if (plan.fits() && !isHopeless()) {
            decide(at + 1);
        }
        plan.calledBy[g][f] = 0;
        plan.members[g] = membersBefore;
        plan.forced = forcedBefore;
        plan.memoryMiB[g] = memoryBefore;
        plan.localHopMs[g] = hopBefore;
        plan.decided &= ~(1L << f);
    }

    private void finish() {
        Group[] layout = layout();
        if (layout == null) {
            return;
        }
        Worth worth = evaluator.evaluate(layout);
        if (goal.isBetter(worth, bestWorth)) {
            best = layout;
            bestWorth = worth;
        }
    }

    /** The plan's groups; functions without traffic are at home where they are copied, else alone. */
    private Group @Nullable [] layout() {
        int[] home = plan.homeOf.clone();
        for (int f = 0; f < model.size; f++) {
            for (int g = 0; home[f] < 0 && g < plan.groups; g++) {
                home[f] = (plan.members[g] & (1L << f)) != 0 ? g : -1;
            }
        }
        Group[] layout = new Group[plan.groups + model.size];
        int count = 0;
        for (int g = 0; g < plan.groups; g++) {
            int[] homes = new int[0];
            for (int f = 0; f < model.size; f++) {
                homes = home[f] == g ? IntSets.with(homes, f) : homes;
            }
            Group group = groups.of(plan.memberArray(g), homes, plan.localPairs(g));
            if (group == null) {
                return null;
            }
            layout[count++] = group;
        }
        for (int f = 0; f < model.size; f++) {
            if (home[f] < 0) {
                layout[count++] = groups.alone(f);
            }
        }
        return Arrays.copyOf(layout, count);
    }
}
