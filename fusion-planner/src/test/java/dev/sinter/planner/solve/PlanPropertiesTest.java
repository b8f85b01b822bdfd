package dev.sinter.planner.solve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinter.planner.graph.CallGraph;
import dev.sinter.planner.graph.Edge;
import dev.sinter.planner.graph.ForbiddenPair;
import dev.sinter.planner.plan.Objective;
import dev.sinter.planner.plan.Plan;
import dev.sinter.planner.plan.PlannedGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Laws that every plan obeys. */
class PlanPropertiesTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    private final FusionSolver solver = new FusionSolver();

    @Property(tries = 20)
    void homesPartitionTheFunctionsAndLimitsHold(
            @ForAll @IntRange(max = 100_000) int seed,
            @ForAll @IntRange(min = 1, max = 14) int size,
            @ForAll Objective o) {
        CallGraph graph = RandomGraphs.graph(seed, size);
        Plan plan = solver.solve(graph, o, LONG);
        List<String> homes = plan.groups().stream()
                .flatMap(group -> group.homes().stream())
                .sorted()
                .toList();
        assertThat(homes).hasSize(size).doesNotHaveDuplicates();
        for (PlannedGroup group : plan.groups()) {
            assertThat(group.name()).matches("[a-z]([-a-z0-9]*[a-z0-9])?").hasSizeLessThanOrEqualTo(50);
            if (group.members().size() > 1) {
                assertThat(group.members())
                        .hasSizeLessThanOrEqualTo(graph.limits().members());
                assertThat(group.memoryMiB()).isLessThanOrEqualTo(graph.limits().memoryMiB());
            }
        }
        assertThat(plan.groups()).extracting(PlannedGroup::name).doesNotHaveDuplicates();
        assertThat(plan.gap()).isBetween(0.0, 1.0);
    }

    @Property(tries = 8)
    void theOrderOfTheInputDoesNotMatter(
            @ForAll @IntRange(max = 100_000) int seed,
            @ForAll @IntRange(min = 2, max = 20) int size,
            @ForAll Objective o) {
        CallGraph graph = RandomGraphs.graph(seed, size);
        var functions = new ArrayList<>(graph.functions());
        var edges = new ArrayList<>(graph.edges());
        Collections.shuffle(functions, new Random(seed));
        Collections.shuffle(edges, new Random(seed));
        CallGraph shuffled = new CallGraph(
                60,
                functions,
                edges,
                graph.limits(),
                graph.tiers(),
                graph.pairs().reversed(),
                graph.forbidden());
        assertThat(solver.solve(shuffled, o, LONG)).isEqualTo(solver.solve(graph, o, LONG));
    }

    @Property(tries = 8)
    void forbiddingAPair_neverMakesAPlanBetter(
            @ForAll @IntRange(max = 100_000) int seed,
            @ForAll @IntRange(min = 2, max = 10) int size,
            @ForAll Objective o) {
        CallGraph graph = RandomGraphs.graph(seed, size);
        if (graph.edges().isEmpty()) {
            return;
        }
        Edge edge = graph.edges().get(seed % graph.edges().size());
        List<ForbiddenPair> forbidden = new ArrayList<>(graph.forbidden());
        forbidden.add(new ForbiddenPair(edge.to(), edge.from()));
        CallGraph stricter = new CallGraph(
                60, graph.functions(), graph.edges(), graph.limits(), graph.tiers(), graph.pairs(), forbidden);
        double value = solver.solve(graph, o, LONG).value();
        assertThat(solver.solve(stricter, o, LONG).value()).isGreaterThanOrEqualTo(value - 1e-8 * (1 + value));
    }
}
