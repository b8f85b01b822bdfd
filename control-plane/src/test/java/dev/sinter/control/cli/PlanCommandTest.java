package dev.sinter.control.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class PlanCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path directory;

    private String graph = "";
    private String traces = "";

    @BeforeEach
    void write() throws IOException {
        graph = Files.writeString(directory.resolve("graph.json"), """
                        {"apiVersion": "sinter.dev/graph/v1",
                         "functions": [{"name": "a", "entry": true, "ratePerSecond": 5, "busyMs": 2, "ownMiB": 8},
                                       {"name": "b", "ratePerSecond": 5, "busyMs": 5, "ownMiB": 8}],
                         "edges": [{"from": "a", "to": "b", "ratePerSecond": 5, "kind": "BLOCKING", "hopMs": 20}]}
                        """).toString();
        StringBuilder spans = new StringBuilder("[");
        for (int i = 0; i < 40; i++) {
            spans.append("""
                    {"traceId": "%1$d", "id": "1", "kind": "SERVER", "timestamp": %2$d, "duration": 50000,
                     "localEndpoint": {"serviceName": "front"}},
                    {"traceId": "%1$d", "id": "2", "parentId": "1", "kind": "CLIENT", "timestamp": %2$d,
                     "duration": 30000, "localEndpoint": {"serviceName": "front"}},
                    {"traceId": "%1$d", "id": "3", "parentId": "2", "kind": "SERVER", "timestamp": %2$d,
                     "duration": 10000, "localEndpoint": {"serviceName": "back"}},
                    """.formatted(i, 1_000_000 + i * 100_000));
        }
        traces = Files.writeString(
                        directory.resolve("traces.json"), spans.delete(spans.length() - 2, spans.length()) + "]")
                .toString();
    }

    @Test
    void tracesArePlannedWithoutAGraph_andSaidToHoldNoMemory() {
        assertThat(sinter("plan", "--traces", traces, "--objective", "latency", "-o", "json"))
                .isZero();
        assertThat(out.toString()).contains("\"name\" : \"back-front\"");
        assertThat(err.toString()).contains("64 MiB");
    }

    @Test
    void anExplanationListsTheTermsOfTheSum() {
        assertThat(sinter("plan", "--graph", graph, "--objective", "latency", "--explain"))
                .isZero();
        assertThat(out.toString())
                .contains("a-b (a, b)", "latency ms: 27.00 before, 7.100 after", "local call a → b", "work of b");
    }

    @Test
    void anExplanationAsJson() {
        assertThat(sinter("plan", "--graph", graph, "--explain", "-o", "json")).isZero();
        assertThat(out.toString()).contains("sinter.dev/explanation/v1", "\"beforeTerms\"", "\"rejected\"");
    }

    @Test
    void limitsOfTheCommandLineReplaceTheGraphs() {
        assertThat(sinter("plan", "--graph", graph, "--limits", "memoryMiB=10,members=4", "-o", "json"))
                .isZero();
        assertThat(out.toString()).contains("MEMORY_LIMIT");
    }

    @Test
    void whatMakesNoSense_isRefusedWithItsCode() {
        assertThat(sinter("plan", "--graph", graph, "--limits", "memory=10")).isEqualTo(1);
        assertThat(err.toString()).contains("SNT0119 limit: memory (expected: memoryMiB");
        assertThat(sinter("plan", "--graph", graph, "--explain", "-o", "dot")).isEqualTo(1);
        assertThat(err.toString()).contains("SNT0118");
        assertThat(sinter("plan", "--traces", graph)).isEqualTo(1);
        assertThat(err.toString()).contains("SNT0313");
        assertThat(sinter("plan", "--graph", graph, "--traces", traces)).isEqualTo(2);
        assertThat(sinter("plan")).isEqualTo(2);
    }

    private int sinter(String... arguments) {
        CommandLine program = Sinter.commandLine();
        program.setOut(new PrintWriter(out, true));
        program.setErr(new PrintWriter(err, true));
        return program.execute(arguments);
    }
}
