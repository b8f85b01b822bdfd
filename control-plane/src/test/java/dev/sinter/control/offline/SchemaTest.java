package dev.sinter.control.offline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import dev.sinter.planner.explain.Explainer;
import dev.sinter.planner.graph.CallGraph;
import dev.sinter.planner.plan.Objective;
import dev.sinter.planner.plan.Plan;
import dev.sinter.planner.solve.FusionSolver;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The published schemas and what is read and written agree, by a validator that knows neither. */
class SchemaTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String GRAPH = """
            {"apiVersion": "sinter.dev/graph/v1", "windowSeconds": 30,
             "functions": [{"name": "a", "entry": true, "runtime": "python3.13", "ratePerSecond": 5, "busyMs": 2,
                            "baseMiB": 18, "ownMiB": 8, "cpuMillicores": 10, "trust": "t"},
                           {"name": "b", "ratePerSecond": 5, "busyMs": 50, "runtime": "python3.13", "trust": "t"},
                           {"name": "c", "ratePerSecond": 1, "busyMs": 50}],
             "edges": [{"from": "a", "to": "b", "ratePerSecond": 5, "kind": "BLOCKING", "hopMs": 20, "samples": 9},
                       {"from": "a", "to": "c", "ratePerSecond": 1, "kind": "ASYNC", "confidence": 0.9}],
             "limits": {"members": 3}, "tiers": {"FORKED": {"localHopMs": 0.3}},
             "pairs": [{"pair": ["a", "b"], "tier": "FORKED"}], "forbidden": [["b", "c"]]}
            """;

    private final CallGraph graph = GraphJson.read(GRAPH);
    private final Plan plan = new FusionSolver().solve(graph, Objective.LATENCY, Duration.ofSeconds(5));

    @Test
    void aGraph_asReadAndAsWritten() throws IOException {
        assertThat(mistakes("graph", MAPPER.readTree(GRAPH))).isEmpty();
        assertThat(mistakes("graph", MAPPER.readTree(GraphJson.write(graph)))).isEmpty();
    }

    @Test
    void aPlan_asWritten() throws IOException {
        JsonNode written = MAPPER.readTree(PlanJson.write(plan));
        assertThat(mistakes("plan", written)).isEmpty();
        assertThat(PlanJson.groups(written)).isEqualTo(plan.groups());
    }

    @Test
    void anExplanation_asWritten() throws IOException {
        JsonNode written = ExplanationJson.write(new Explainer(graph, plan.groups()).explain());
        assertThat(mistakes("explanation", written)).isEmpty();
        assertThat(written.path("groups")).hasSameSizeAs(plan.groups());
    }

    @ParameterizedTest
    @CsvSource({
        "graph, apiVersion, sinter.dev/graph/v2",
        "plan, apiVersion, sinter.dev/plan/v2",
        "plan, groups, none",
    })
    void aDocumentThatIsNot_isRefused(String kind, String key, String value) throws IOException {
        var document = MAPPER.readTree(kind.equals("graph") ? GRAPH : PlanJson.write(plan));
        ((com.fasterxml.jackson.databind.node.ObjectNode) document).put(key, value);
        assertThat(mistakes(kind, document)).isNotEmpty();
    }

    private static Set<ValidationMessage> mistakes(String kind, JsonNode document) throws IOException {
        try (InputStream in = SchemaTest.class.getResourceAsStream(kind + "-v1.schema.json")) {
            JsonSchema schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(in);
            return schema.validate(document);
        }
    }
}
