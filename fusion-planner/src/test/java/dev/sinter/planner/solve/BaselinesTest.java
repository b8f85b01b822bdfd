package dev.sinter.planner.solve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sinter.planner.graph.CallGraph;
import dev.sinter.planner.plan.Objective;
import dev.sinter.planner.plan.Plan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The solver against what others would fuse; prints what it saves. {@code -Dsinter.planner.largeGraphs=1000} and {@code
 * -Dsinter.planner.largestGraph=300} are the long form.
 */
class BaselinesTest {
    private static final int GRAPHS = Integer.getInteger("sinter.planner.largeGraphs", 15);
    private static final int SHOWN_EVERY = 100;
    private static final int SMALLEST = 10;
    private static final int LARGEST = Integer.getInteger("sinter.planner.largestGraph", 60);
    private static final List<String> NAMES = List.of(
            "all remote",
            "all in one",
            "every blocking pair",
            "Fusionize paths",
            "Quilt roots",
            "SLAMBUC blocks",
            "no clones");

    private final FusionSolver solver = new FusionSolver();

    @ParameterizedTest
    @EnumSource(Objective.class)
    void plansAreNeverWorse(Objective objective) {
        Savings savings = new Savings(NAMES);
        for (int seed = 0; seed < GRAPHS; seed++) {
            int size = size(seed);
            CallGraph graph = RandomGraphs.graph(seed, size);
            Model model = Model.of(graph);
            Groups groups = new Groups(model);
            Evaluator evaluator = new Evaluator(model);
            Goal goal = Goal.of(objective, evaluator.evaluate(groups.allAlone()));
            Plan plan = solver.solve(graph, objective, Duration.ofMinutes(5));
            List<Worth> others = new ArrayList<>();
            for (Group[] baseline : new Baselines(model, groups).all(evaluator, goal)) {
                others.add(evaluator.evaluate(baseline));
            }
            others.add(withoutClones(model, groups, evaluator, goal));
            for (int i = 0; i < NAMES.size(); i++) {
                assertThat(others.get(i).everyoneCalled())
                        .as("%s on seed %d is a plan", NAMES.get(i), seed)
                        .isTrue();
                assertThat(plan.value())
                        .as("seed %d, %d functions, beside %s", seed, size, NAMES.get(i))
                        .isLessThanOrEqualTo(goal.value(others.get(i)) * (1 + 1e-9));
            }
            assertThat(plan.bound()).as("bound of seed %d", seed).isLessThanOrEqualTo(plan.value());
            assertThat(new PlanScorer(graph).value(objective, plan.groups()))
                    .isCloseTo(plan.value(), within(1e-9 * plan.value()));
            savings.add(
                    size,
                    plan.value(),
                    plan.gap(),
                    others.stream().mapToDouble(goal::value).toArray());
            if (seed % SHOWN_EVERY == SHOWN_EVERY - 1 && seed < GRAPHS - 1) {
                System.out.println(savings.table(objective.id()));
            }
        }
        System.out.println(savings.table(objective.id()));
    }

    private static Worth withoutClones(Model model, Groups groups, Evaluator evaluator, Goal goal) {
        Budget budget = new Budget(() -> 0, 1, 30_000);
        WithoutClones search = new WithoutClones(model, groups, evaluator, goal, budget);
        Worth grown = evaluator.evaluate(search.improve(groups.allAlone()));
        Worth cut = evaluator.evaluate(search.improve(new Baselines(model, groups).everyBlockingPair()));
        return goal.isBetter(cut, grown) ? cut : grown;
    }

    /** From 10 functions up, as many graphs of 10 to 30 as of 30 to 90. */
    private static int size(int seed) {
        double share = seed * (Math.sqrt(5) - 1) / 2 % 1;
        return (int) Math.round(SMALLEST * Math.pow(LARGEST / (double) SMALLEST, share));
    }

    @Test
    void fusionizesPaths_endInItsPublishedOptima() {
        assertThat(members(Applications.tree())).containsExactlyInAnyOrder("[a, b, d, e]", "[c]", "[f]", "[g]");
        assertThat(members(Applications.iot()))
                .containsExactlyInAnyOrder("[cw, i, se]", "[ct]", "[cs, csa, csl]", "[ca, dj]", "[as]");
    }

    private static List<String> members(CallGraph graph) {
        Model model = Model.of(graph);
        return Arrays.stream(new Baselines(model, new Groups(model)).paths())
                .map(group -> Arrays.stream(group.members)
                        .mapToObj(f -> model.name[f])
                        .toList()
                        .toString())
                .toList();
    }
}
