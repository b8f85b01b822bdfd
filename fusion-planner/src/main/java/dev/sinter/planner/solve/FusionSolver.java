package dev.sinter.planner.solve;

import dev.sinter.planner.graph.CallGraph;
import dev.sinter.planner.plan.Objective;
import dev.sinter.planner.plan.Plan;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds the plan of a call graph that an objective prefers. Equal input gives equal plans, whatever its order, unless
 * the time limit cuts the search short. Safe for use by several threads.
 *
 * <p>Small graphs are solved exactly, by branch and bound over all plans, and for latency also those of dozens of
 * functions; larger ones by local search from what other systems would fuse, many hundreds neighbourhood by neighbourhood.
 * Every plan comes with a proven bound.
 */
public final class FusionSolver {
    private static final int LARGEST_EXACT = 18;
    private static final int LARGEST_WHOLE = 120;
    private static final int LARGEST_TIMED = 400;
    private static final int LARGEST_PATIENT = 13;
    private static final long PATIENT_STEPS = 2_000_000;
    private static final long EXACT_STEPS = 150_000;
    private static final long TIE_STEPS = 20_000;
    /** Each takes time in proportion to the functions. */
    private static final long LATENCY_STEPS_TIMES_FUNCTIONS = 4_000_000;

    private static final long SEARCH_STEPS = 30_000;
    /** Values that differ by less, relatively, are ties. */
    private static final double SAME = 1e-9;

    private static final long SEED = 20_261_121;

    private final LongSupplier nanoTime;

    public FusionSolver() {
        this(new SystemTime());
    }

    /** A solver that reads time limits off {@code nanoTime}. */
    public FusionSolver(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * The best plan found within about {@code timeLimit}, with a proven bound of what any plan could reach.
     *
     * @throws dev.sinter.planner.graph.PlanningException if the graph's figures contradict each other
     */
    public Plan solve(CallGraph graph, Objective objective, Duration timeLimit) {
        long deadline = nanoTime.getAsLong() + timeLimit.toNanos();
        Model model = Model.of(graph);
        Groups groups = new Groups(model);
        Evaluator evaluator = new Evaluator(model);
        Worth before = evaluator.evaluate(groups.allAlone());
        Goal goal = Goal.of(objective, before);
        Budget budget = new Budget(nanoTime, deadline, SEARCH_STEPS);
        Search search = new Search(model, groups, evaluator, goal, budget);
        search.run(objective);
        PlanWriter writer = new PlanWriter(model, evaluator, before);
        Rejections rejections = new Rejections(model, groups, evaluator, goal);
        return writer.write(search.best(), objective, search.bound(), rejections.of(search.best()));
    }

    private static final class SystemTime implements LongSupplier {
        @Override
        public long getAsLong() {
            return System.nanoTime();
        }
    }

    /** One run: the best layout so far and the largest proven bound. */
    private static final class Search {
        private final Model model;
        private final Groups groups;
        private final Evaluator evaluator;
        private final Goal goal;
        private final Budget budget;
        private final RootBound root;
        private Group[] best;
        private Worth bestWorth;
        private double bound;

        Search(Model model, Groups groups, Evaluator evaluator, Goal goal, Budget budget) {
            this.model = model;
            this.groups = groups;
            this.evaluator = evaluator;
            this.goal = goal;
            this.budget = budget;
            best = groups.allAlone();
            bestWorth = evaluator.evaluate(best);
            root = new RootBound(model, groups, evaluator, budget, model.size <= LARGEST_EXACT);
            bound = root.value(goal);
        }

        Group[] best() {
            return best;
        }

        double bound() {
            return isProven() ? goal.value(bestWorth) : bound;
        }

        void run(Objective objective) {
            if (model.size == 0) {
                return;
            }
            if (objective == Objective.LATENCY && model.size <= LARGEST_TIMED) {
                long steps = LATENCY_STEPS_TIMES_FUNCTIONS / model.size;
                LatencySearch latency = new LatencySearch(model, groups, budget.withSteps(steps));
                latency.run();
                bound = Math.max(bound, latency.boundMs());
                improve(latency.layout());
            }
            for (Group[] baseline : new Baselines(model, groups).all(evaluator, goal)) {
                if (isProven()) {
                    offer(baseline);
                } else {
                    improve(baseline);
                }
            }
            if (model.size <= LARGEST_TIMED && !isProven()) {
                WithoutClones whole = new WithoutClones(model, groups, evaluator, goal, budget.withSteps(SEARCH_STEPS));
                improve(whole.improve(groups.allAlone()));
                improve(whole.improve(new Baselines(model, groups).everyBlockingPair()));
            }
            if (model.size > LARGEST_WHOLE) {
                offer(new Neighbourhoods(model, evaluator, goal, budget, best).run());
            }
            if (model.size <= LARGEST_EXACT) {
                prove();
            }
            if (model.size > 1 && model.size <= LARGEST_TIMED && !isProven()) {
                long steps = SEARCH_STEPS / 2;
                LocalSearch search = new LocalSearch(model, groups, evaluator, goal, budget.withSteps(steps));
                offer(search.perturb(best, new SplittableRandom(SEED)));
            }
        }

        /** Whether nothing but ties is left to be won. */
        private boolean isProven() {
            return goal.value(bestWorth) <= bound * (1 + SAME);
        }

        private void improve(Group[] start) {
            offer(start);
            if (model.size <= LARGEST_TIMED) {
                long steps = SEARCH_STEPS / 10;
                offer(new LocalSearch(model, groups, evaluator, goal, budget.withSteps(steps)).improve(start));
            }
        }

        private void prove() {
            LocalSearch search = new LocalSearch(model, groups, evaluator, goal, budget.withSteps(2000));
            offer(search.perturb(best, new SplittableRandom(SEED)));
            RequestCosts costs = goal.gbSeconds() > 0 ? new RequestCosts(model, groups, root, goal) : null;
            long steps = model.size <= LARGEST_PATIENT ? PATIENT_STEPS : EXACT_STEPS;
            if (!isProven() && exact(steps, costs, false)) {
                bound = goal.value(bestWorth);
            }
            if (isProven()) {
                exact(TIE_STEPS, costs, true);
            }
        }

        /** Searches all layouts that may have a smaller value, or be preferred among equal ones; false if the steps did not do. */
        private boolean exact(long steps, @Nullable RequestCosts costs, boolean breaksTies) {
            ExactSearch exact = new ExactSearch(
                    model, groups, evaluator, goal, budget.withSteps(steps), root, best, costs, breaksTies);
            bound = Math.max(bound, exact.bound());
            boolean ended = exact.run() != null;
            offer(exact.best());
            return ended;
        }

        private void offer(Group[] layout) {
            Worth worth = evaluator.evaluate(layout);
            if (goal.isBetter(worth, bestWorth)) {
                best = layout;
                bestWorth = worth;
            }
        }
    }
}
