package dev.sinter.collector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinter.collector.count.Counts;
import dev.sinter.collector.observation.CallObservations;
import dev.sinter.collector.observation.ObservedEdge;
import dev.sinter.planner.graph.CallKind;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
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

    @Test
    void threeCallsInARow_areEachWaitedFor() {
        SimulatedMesh mesh = leaves(1, "p", "q", "r").function("x", (request, start) -> {
            double first = request.call("p", start + 1);
            double second = request.call("q", first + request.between(0.1, 2));
            return request.call("r", second + request.between(0.1, 2)) + request.between(0.5, 3);
        });
        assertThat(kinds(observed(mesh.poissonLoad("x", 20, 60), Duration.ofSeconds(60))))
                .isEqualTo(Map.of("xp", CallKind.BLOCKING, "xq", CallKind.BLOCKING, "xr", CallKind.BLOCKING));
    }

    @Test
    void twoCallsAtOnce_bothWaitedFor_areParallel() {
        SimulatedMesh mesh = leaves(1, "p", "q").function("x", (request, start) -> {
            double begun = start + 1;
            return Math.max(request.call("p", begun), request.call("q", begun + 0.2)) + request.between(0.5, 3);
        });
        CallObservations observations = observed(mesh.poissonLoad("x", 20, 60), Duration.ofSeconds(60));
        assertThat(kinds(observations)).isEqualTo(Map.of("xp", CallKind.PARALLEL, "xq", CallKind.PARALLEL));
        assertThat(observations.edges())
                .allSatisfy(edge -> assertThat(edge.criticalShare()).isBetween(0.3, 0.7));
    }

    @Test
    void callStartedFirst_neverWaitedFor_endsWithinItsRequest_butMovesNothing() {
        SimulatedMesh mesh = leaves(1, "p").function("x", (request, start) -> {
            request.call("p", start + 1);
            return start + request.between(40, 55);
        });
        assertThat(kinds(observed(mesh.poissonLoad("x", 10, 60), Duration.ofSeconds(60))))
                .isEqualTo(Map.of("xp", CallKind.ASYNC));
    }

    @Test
    void callsOutsideOfAnyRequest_areNotWaitedFor() {
        SimulatedMesh mesh = leaves(1, "p").function("x", (request, start) -> {
            request.call("p", start + 40);
            return start + request.between(5, 10);
        });
        assertThat(kinds(observed(mesh.poissonLoad("x", 5, 60), Duration.ofSeconds(60))))
                .isEqualTo(Map.of("xp", CallKind.ASYNC));
    }

    @Test
    void callWaitedFor_longWorkAfterwards_isBlocking() {
        SimulatedMesh mesh = leaves(1, "p")
                .function("x", (request, start) -> request.call("p", start + 1) + request.between(20, 60));
        assertThat(kinds(observed(mesh.poissonLoad("x", 10, 60), Duration.ofSeconds(60))))
                .isEqualTo(Map.of("xp", CallKind.BLOCKING));
    }

    @Test
    void fewCalls_areUnknown() {
        SimulatedMesh mesh = leaves(1, "p").function("x", (request, start) -> request.call("p", start + 1) + 1);
        ObservedEdge edge = observed(mesh.steadyLoad("x", 1, 60), Duration.ofSeconds(60))
                .edges()
                .getFirst();
        assertThat(edge.kind()).isEqualTo(CallKind.UNKNOWN);
        assertThat(edge.confidence()).isZero();
        assertThat(edge.samples()).isBetween(50L, 60L);
    }

    @Test
    void waitedFor_thenNoLonger_isNoticed() {
        boolean[] waits = {true};
        SimulatedMesh mesh = leaves(1, "p").function("x", (request, start) -> {
            double answered = request.call("p", start + 1);
            return waits[0] ? answered + 1 : start + 2;
        });
        mesh.poissonLoad("x", 10, 40);
        waits[0] = false;
        mesh.request("x", 40_000);
        ObservedEdge once = observed(mesh, Duration.ofSeconds(46)).edges().getFirst();
        assertThat(once.kind()).isEqualTo(CallKind.UNKNOWN);
        assertThat(once.lastCounterExample()).isAfter(SimulatedMesh.START.plusSeconds(40));
        for (int i = 1; i < 40; i++) {
            mesh.request("x", 46_000 + 100 * i);
        }
        assertThat(kinds(observed(mesh, Duration.ofSeconds(56)))).isEqualTo(Map.of("xp", CallKind.ASYNC));
    }

    private static SimulatedMesh leaves(long seed, String... names) {
        SimulatedMesh mesh = new SimulatedMesh(seed);
        for (String name : names) {
            mesh.function(name, (request, start) -> start + mesh.between(5, 15));
        }
        return mesh;
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
