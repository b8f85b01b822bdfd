package dev.sinter.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinter.collector.observation.CallObservations;
import dev.sinter.collector.observation.ObservedFunction;
import dev.sinter.collector.observation.Quantiles;
import dev.sinter.merger.CompatibilityReport;
import dev.sinter.merger.CompatibilityReport.PairReport;
import dev.sinter.merger.Tier;
import dev.sinter.planner.graph.CallGraph;
import dev.sinter.planner.graph.FunctionNode;
import dev.sinter.planner.graph.Limits;
import dev.sinter.planner.graph.PairTier;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GraphAssemblerTest {

    @Test
    void functionsThatNobodyCalledLately_areInNoPair() {
        Map<String, Function> functions = Map.of(
                "a", function("a", Map.of()),
                "b", function("b", Map.of()),
                "idle", function("idle", Map.of("sinter.dev/never-with", "a")));
        CompatibilityReport report = new CompatibilityReport(
                Tier.CO_POD,
                "a",
                List.of(),
                List.of(
                        pair("a", "b", Tier.FORKED),
                        pair("a", "idle", Tier.IN_PROCESS),
                        pair("b", "idle", Tier.CO_POD)));
        CallObservations observed = new CallObservations(
                Instant.EPOCH, Instant.EPOCH.plusSeconds(20), true, List.of(observed("a"), observed("b")), List.of());

        CallGraph graph =
                new GraphAssembler("app", Limits.DEFAULT).assemble(observed, functions, new UsageHistory(), report);

        assertThat(graph.functions()).extracting(FunctionNode::name).containsExactly("a", "b");
        assertThat(graph.pairs()).containsExactly(new PairTier("a", "b", dev.sinter.planner.graph.Tier.FORKED));
        assertThat(graph.forbidden()).isEmpty();
    }

    private static Function function(String name, Map<String, String> labels) {
        return Function.of(Fixtures.service(name, labels), Fixtures.image(8080), "240.240.0.1", Mode.AUTO);
    }

    private static ObservedFunction observed(String name) {
        return new ObservedFunction(name, true, 1, 0, new Quantiles(20, 1, 1, 2, 3), 1, Instant.EPOCH);
    }

    private static PairReport pair(String first, String second, Tier tier) {
        return new PairReport(first, second, tier, 0, 0, 0, 0, 0, List.of(), List.of(), List.of());
    }
}
