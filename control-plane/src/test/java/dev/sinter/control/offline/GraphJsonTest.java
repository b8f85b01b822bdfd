package dev.sinter.control.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinter.planner.graph.CallGraph;
import dev.sinter.planner.graph.Limits;
import dev.sinter.planner.graph.PlanningException;
import dev.sinter.planner.graph.Tier;
import dev.sinter.planner.graph.TierCost;
import dev.sinter.planner.plan.Objective;
import dev.sinter.planner.plan.Plan;
import dev.sinter.planner.solve.FusionSolver;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GraphJsonTest {
    private static final String SMALL = """
            {"apiVersion": "sinter.dev/graph/v1",
             "functions": [{"name": "a", "entry": true, "ratePerSecond": 5, "busyMs": 2, "baseMiB": 18, "ownMiB": 8},
                           {"name": "b", "ratePerSecond": 5, "busyMs": 500, "baseMiB": 18, "ownMiB": 8}],
             "edges": [{"from": "a", "to": "b", "ratePerSecond": 5, "kind": "BLOCKING", "hopMs": 2}]}
            """;

    @Test
    void missingKeysHaveTheContractsDefaults() {
        CallGraph graph = GraphJson.read(SMALL);
        assertThat(graph.limits()).isEqualTo(Limits.DEFAULT);
        assertThat(graph.tiers()).isEqualTo(CallGraph.DEFAULT_TIERS);
        assertThat(graph.edges().getFirst().confidence()).isEqualTo(1);
        assertThat(graph.edges().getFirst().criticalShare()).isEqualTo(1);
        assertThat(graph.windowSeconds()).isEqualTo(60);
    }

    @Test
    void aTierMayBeGivenInPart() {
        CallGraph graph = GraphJson.read(SMALL.replaceFirst("\\{", "{\"tiers\": {\"CO_POD\": {\"localHopMs\": 0.9}},"));
        assertThat(graph.tiers().get(Tier.CO_POD)).isEqualTo(new TierCost(0.9, false));
        assertThat(graph.tiers().get(Tier.FORKED)).isEqualTo(CallGraph.DEFAULT_TIERS.get(Tier.FORKED));
    }

    @Test
    void whatIsWrittenReadsTheSame() {
        CallGraph graph = GraphJson.read(SMALL.replaceFirst(
                "\\{",
                "{\"forbidden\": [[\"a\", \"b\"]], \"pairs\": [{\"pair\": [\"b\", \"a\"], \"tier\": \"FORKED\"}],"));
        assertThat(GraphJson.read(GraphJson.write(graph))).isEqualTo(graph);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "busyMs": 500   | "busyMs": "500"    | SNT0311 | functions[1].busyMs: "500" (expected: a number)
                    "busyMs": 500   | "busyMs": -1       | SNT0311 | functions[1].busyMs: -1 (expected: a finite number, at least 0)
                    "busyMs": 500   | "busyMs": 1e999    | SNT0311 | functions[1].busyMs
                    "busyMs": 500   | "busyMs": NaN      | SNT0310 | line 3
                    "busyMs": 500   | "busy": 500        | SNT0312 | functions[1].busy: unknown key
                    "hopMs": 2      | "hopMS": 2         | SNT0312 | edges[0].hopMS: unknown key
                    "BLOCKING"      | "blocking"         | SNT0311 | edges[0].kind: "blocking" (expected: one of [BLOCKING, ASYNC, PARALLEL, UNKNOWN]). Maybe in capitals.
                    "to": "b"       | "to": "x"          | SNT0304 | no function is named "x"
                    "name": "b"     | "name": "a"        | SNT0303 | listed twice
                    graph/v1        | graph/v2           | SNT0311 | apiVersion: sinter.dev/graph/v2
                    "functions": [  | "functions": [7,   | SNT0311 | functions[0]: 7 (expected: an object)
                    "entry": true   | "entry": "yes"     | SNT0311 | functions[0].entry
                    "from": "a",    | "from": "a", "confidence": 1.5, | SNT0301 | confidence of edge a -> b: 1.5
                    """)
    void aWrongValueIsNamedWithItsPath(String right, String wrong, String code, String message) {
        String json = SMALL.replace(right.strip(), wrong.strip());
        assertThat(json).isNotEqualTo(SMALL);
        assertThatThrownBy(() -> GraphJson.read(json))
                .isInstanceOf(PlanningException.class)
                .hasMessageStartingWith(code)
                .hasMessageContaining(message);
    }

    @Test
    void keysNobodyKnowsAreNotes() {
        String noted = SMALL.replaceFirst("\\{", "{\"description\": \"measured on Friday\",");
        assertThat(GraphJson.read(noted)).isEqualTo(GraphJson.read(SMALL));
    }

    @Test
    void aDrawingShowsLocalCallsBold() {
        CallGraph graph = GraphJson.read(SMALL);
        Plan plan = new FusionSolver().solve(graph, Objective.BALANCED, Duration.ofSeconds(5));
        assertThat(PlanDot.write(plan, graph)).contains("\"a-b/a\" -> \"a-b/b\" [style=bold]");
    }
}
