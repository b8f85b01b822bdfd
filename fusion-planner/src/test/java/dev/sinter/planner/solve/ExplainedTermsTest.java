package dev.sinter.planner.solve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sinter.planner.explain.Explainer;
import dev.sinter.planner.explain.Figure;
import dev.sinter.planner.explain.GroupExplanation;
import dev.sinter.planner.graph.CallGraph;
import dev.sinter.planner.plan.Objective;
import dev.sinter.planner.plan.Plan;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The explainer's terms add up to what the solver's own evaluation predicts, on all kinds of graphs. */
class ExplainedTermsTest {
    @Property(tries = 40)
    void termsOfAllGroupsAddUpToThePrediction(
            @ForAll @IntRange(max = 100_000) int seed,
            @ForAll @IntRange(min = 1, max = 9) int size,
            @ForAll Objective objective) {
        CallGraph graph = RandomGraphs.graph(seed, size);
        Plan plan = new FusionSolver().solve(graph, objective, Duration.ofSeconds(20));
        List<GroupExplanation> groups = new Explainer(graph, plan.groups()).explain();
        assertSum(
                groups,
                GroupExplanation::latencyMs,
                plan.before().latencyMs(),
                plan.predicted().latencyMs());
        assertSum(
                groups,
                GroupExplanation::gbSecondsPerSecond,
                plan.before().gbSecondsPerSecond(),
                plan.predicted().gbSecondsPerSecond());
        assertSum(
                groups,
                GroupExplanation::residentMiB,
                plan.before().residentMiB(),
                plan.predicted().residentMiB());
    }

    private static void assertSum(
            List<GroupExplanation> groups, Function<GroupExplanation, Figure> figure, double before, double after) {
        assertThat(sum(
                        groups,
                        figure,
                        one -> one.beforeTerms().stream()
                                .mapToDouble(term -> term.value())
                                .sum()))
                .isCloseTo(before, within(1e-6 * Math.max(1, before)));
        assertThat(sum(
                        groups,
                        figure,
                        one -> one.terms().stream()
                                .mapToDouble(term -> term.value())
                                .sum()))
                .isCloseTo(after, within(1e-6 * Math.max(1, after)));
        assertThat(sum(groups, figure, Figure::before)).isCloseTo(before, within(1e-6 * Math.max(1, before)));
        assertThat(sum(groups, figure, Figure::after)).isCloseTo(after, within(1e-6 * Math.max(1, after)));
    }

    private static double sum(
            List<GroupExplanation> groups, Function<GroupExplanation, Figure> figure, ToDoubleFunction<Figure> value) {
        return groups.stream().map(figure).mapToDouble(value).sum();
    }
}
