package dev.sinter.collector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinter.collector.count.Counts;
import dev.sinter.collector.observation.CallObservations;
import dev.sinter.collector.observation.ObservedEdge;
import dev.sinter.planner.graph.CallKind;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Call kinds of whole applications from proxy spans alone, nothing else known. */
class CallKindsTest {

    private static final Duration TRAFFIC = Duration.ofSeconds(20);

    private static final Map<String, CallKind> TREE_KINDS = Map.of(
            "ab", CallKind.BLOCKING,
            "bd", CallKind.BLOCKING,
            "de", CallKind.BLOCKING,
            "ac", CallKind.ASYNC,
            "cf", CallKind.ASYNC,
            "cg", CallKind.ASYNC);

    /** TREE: a waits for b, b for d, d for e (half a second); a starts c, and c starts f and g, without waiting. */
    private static SimulatedMesh tree(long seed) {
        SimulatedMesh mesh = new SimulatedMesh(seed);
        return mesh.function("a", (request, start) -> {
                    double begun = start + mesh.between(1, 3);
                    request.call("c", begun + mesh.between(0.2, 1.5));
                    return request.call("b", begun + mesh.between(0.2, 1.5)) + mesh.between(0.5, 2);
                })
                .function("b", (request, start) -> request.call("d", start + mesh.between(1, 4)) + mesh.between(0.5, 3))
                .function("d", (request, start) -> request.call("e", start + mesh.between(1, 4)) + mesh.between(0.5, 3))
                .function("e", (request, start) -> start + 500 + mesh.between(0.1, 1))
                .function("c", (request, start) -> {
                    double begun = start + mesh.between(1, 4);
                    request.call("f", begun + mesh.between(0.2, 2));
                    request.call("g", begun + mesh.between(0.2, 2));
                    return begun + mesh.between(15, 50);
                })
                .function("f", (request, start) -> start + mesh.between(10, 40))
                .function("g", (request, start) -> start + mesh.between(10, 40));
    }

    /** TREE where a and c start what they don't wait for last, with their answer all but sent. */
    private static SimulatedMesh treeHandingOverLast(long seed) {
        SimulatedMesh mesh = tree(seed);
        return mesh.function("a", (request, start) -> {
                    double answered = request.call("b", start + mesh.between(1, 4));
                    request.call("c", answered + mesh.between(0.1, 3));
                    return answered + mesh.between(0.3, 3);
                })
                .function("c", (request, start) -> {
                    double packed = start + mesh.between(5, 12);
                    request.call("f", packed + mesh.between(0.1, 2));
                    request.call("g", packed + mesh.between(0.1, 2));
                    return packed + mesh.between(0.1, 2);
                })
                .function("f", (request, start) -> start + mesh.between(3, 9))
                .function("g", (request, start) -> start + mesh.between(3, 9));
    }

    @ParameterizedTest
    @ValueSource(doubles = {2, 5, 10, 20, 40})
    void tree_handingOverLast(double perSecond) {
        assertThat(kinds(observed(treeHandingOverLast(1).poissonLoad("a", perSecond, 60), Duration.ofSeconds(60))))
                .isEqualTo(TREE_KINDS);
        assertThat(kinds(observed(treeHandingOverLast(1).steadyLoad("a", perSecond, 60), Duration.ofSeconds(60))))
                .isEqualTo(TREE_KINDS);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void tree_handingOverLast_within20Seconds(long seed) {
        assertThat(kinds(observed(treeHandingOverLast(seed).poissonLoad("a", 20, 20))))
                .isEqualTo(TREE_KINDS);
        assertThat(kinds(observed(treeHandingOverLast(seed).steadyLoad("a", 20, 20))))
                .isEqualTo(TREE_KINDS);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void tree_atTenRequestsInFlight_independentArrivals(long seed) {
        assertThat(kinds(observed(tree(seed).poissonLoad("a", 20, 20)))).isEqualTo(TREE_KINDS);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void tree_atTenRequestsInFlight_metronomeArrivals(long seed) {
        assertThat(kinds(observed(tree(seed).steadyLoad("a", 20, 20)))).isEqualTo(TREE_KINDS);
    }

    private static Map<String, CallKind> kinds(CallObservations observations) {
        return observations.edges().stream()
                .collect(Collectors.toMap(edge -> edge.from() + edge.to(), ObservedEdge::kind));
    }

    private static CallObservations observed(SimulatedMesh mesh) {
        return observed(mesh, TRAFFIC);
    }

    private static CallObservations observed(SimulatedMesh mesh, Duration traffic) {
        TestClock clock = new TestClock(SimulatedMesh.START);
        CollectorConfig config =
                CollectorConfig.DEFAULT.withTimes(Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofMinutes(15));
        Counts counts = new Counts();
        Aggregator aggregator = new Aggregator(config, clock, counts);
        mesh.replay(aggregator, clock, traffic);
        return aggregator.observe(Duration.ofMinutes(1));
    }
}
