package dev.sinter.planner.solve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sinter.planner.graph.CallGraph;
import dev.sinter.planner.plan.Objective;
import dev.sinter.planner.plan.Plan;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The solver against what others would fuse; prints what it saves. */
class BaselinesTest {
    private static final int GRAPHS = Integer.getInteger("sinter.planner.largeGraphs", 12);
    private static final int SMALLEST = 10;
    private static final int LARGEST = Integer.getInteger("sinter.planner.largestGraph", 60);
    private static final List<String> NAMES = List.of(
            "all remote", "all in one", "every blocking pair", "Fusionize paths", "Quilt roots", "SLAMBUC blocks");

    private final FusionSolver solver = new FusionSolver();

    @ParameterizedTest
    @EnumSource(Objective.class)
    void plansAreNeverWorse(Objective objective) {
        double[] saved = new double[NAMES.size()];
        double[] most = new double[NAMES.size()];
        double gap = 0;
        for (int seed = 0; seed < GRAPHS; seed++) {
            CallGraph graph = RandomGraphs.graph(seed, SMALLEST + seed * 37 % (LARGEST - SMALLEST + 1));
            Model model = new Model(graph);
            Groups groups = new Groups(model);
            Evaluator evaluator = new Evaluator(model);
            Goal goal = Goal.of(objective, evaluator.evaluate(groups.allAlone()));
            Plan plan = solver.solve(graph, objective, Duration.ofMinutes(5));
            List<Group[]> baselines = new Baselines(model, groups).all(evaluator, goal);
            for (int i = 0; i < saved.length; i++) {
                Worth worth = evaluator.evaluate(baselines.get(i));
                assertThat(worth.everyoneCalled())
                        .as("%s on seed %d is a plan", NAMES.get(i), seed)
                        .isTrue();
                double value = goal.value(worth);
                assertThat(plan.value())
                        .as("seed %d beside %s", seed, NAMES.get(i))
                        .isLessThanOrEqualTo(value * (1 + 1e-9));
                double share = value == 0 ? 0 : 1 - plan.value() / value;
                saved[i] += share;
                most[i] = Math.max(most[i], share);
            }
            gap += plan.gap();
            assertThat(plan.bound()).as("bound of seed %d", seed).isLessThanOrEqualTo(plan.value());
            assertThat(new PlanScorer(graph).value(objective, plan.groups()))
                    .isCloseTo(plan.value(), within(1e-9 * plan.value()));
        }
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT, "%s, %d graphs: gap %.1f %%, saved", objective.id(), GRAPHS, 100 * gap / GRAPHS));
        for (int i = 0; i < saved.length; i++) {
            line.append(String.format(
                    Locale.ROOT, "; %s %.1f %% (at most %.0f)", NAMES.get(i), 100 * saved[i] / GRAPHS, 100 * most[i]));
        }
        System.out.println(line);
    }

    @Test
    void fusionizesPaths_endInItsPublishedOptima() {
        assertThat(members(Applications.tree())).containsExactlyInAnyOrder("[a, b, d, e]", "[c]", "[f]", "[g]");
        assertThat(members(Applications.iot()))
                .containsExactlyInAnyOrder("[cw, i, se]", "[ct]", "[cs, csa, csl]", "[ca, dj]", "[as]");
    }

    private static List<String> members(CallGraph graph) {
        Model model = new Model(graph);
        return Arrays.stream(new Baselines(model, new Groups(model)).paths())
                .map(group -> Arrays.stream(group.members)
                        .mapToObj(f -> model.name[f])
                        .toList()
                        .toString())
                .toList();
    }
}
