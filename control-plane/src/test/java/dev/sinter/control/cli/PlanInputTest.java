package dev.sinter.control.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Whatever file {@code sinter plan} is given: a plan, or one coded message and nothing on stdout. */
class PlanInputTest {
    private static final String GRAPH = """
            {"apiVersion": "sinter.dev/graph/v1",
             "functions": [{"name": "a", "entry": true, "ratePerSecond": 5, "busyMs": 2, "ownMiB": 8},
                           {"name": "b", "ratePerSecond": 5, "busyMs": 5, "ownMiB": 8}],
             "edges": [{"from": "a", "to": "b", "ratePerSecond": 5, "kind": "BLOCKING", "hopMs": 20}],
             "limits": {"memoryMiB": 512}, "pairs": [{"pair": ["a", "b"], "tier": "FORKED"}], "forbidden": []}
            """;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "busyMs": 5,        | "busyMs": NaN,                | SNT0310 | line 3
            "busyMs": 5,        | "busyMs": Infinity,           | SNT0310 | line 3
            "busyMs": 5,        | "busyMs": -5,                 | SNT0311 | functions[1].busyMs: -5
            "busyMs": 5,        | "busyMs": 1e400,              | SNT0311 | functions[1].busyMs
            "busyMs": 5,        | "busyMs": "NaN",              | SNT0311 | functions[1].busyMs: "NaN"
            "busyMs": 5,        | "busyness": 5,                | SNT0311 | functions[1].busyMs: missing
            "ratePerSecond": 5, | "ratePerSecond": -0.1,        | SNT0311 | ratePerSecond: -0.1
            "hopMs": 20         | "hopMs": -20                  | SNT0311 | edges[0].hopMs
            "hopMs": 20         | "criticalShare": 1.01         | SNT0301 | criticalShare of edge a -> b: 1.01
            "hopMs": 20         | "confidence": 2               | SNT0301 | confidence of edge a -> b: 2.0
            "hopMs": 20         | "hopMs": 20, "hopMs": 21      | SNT0310 | Duplicate field 'hopMs'
            "name": "b"         | "name": "a"                   | SNT0303 | function a: listed twice
            "name": "b"         | "name": " "                   | SNT0302 | name of a function
            "name": "b"         | "name": 7                     | SNT0311 | functions[1].name: 7
            "to": "b"           | "to": "nobody"                | SNT0304 | edge a -> nobody
            ["a", "b"]          | ["a", "nobody"]               | SNT0304 | pair a, nobody
            ["a", "b"]          | ["a"]                         | SNT0311 | pairs[0].pair: ["a"]
            "FORKED"            | "THREADED"                    | SNT0311 | pairs[0].tier: "THREADED"
            "forbidden": []     | "forbidden": [["a", "x"]]     | SNT0304 | forbidden pair a, x
            "forbidden": []     | "forbidden": 1                | SNT0311 | forbidden: 1 (expected: a list)
            "BLOCKING"          | "SYNC"                        | SNT0311 | edges[0].kind: "SYNC"
            "memoryMiB": 512    | "memoryMiB": -1               | SNT0311 | limits.memoryMiB: -1
            "memoryMiB": 512    | "concurrency": 0              | SNT0301 | limits.concurrency: 0.0
            "memoryMiB": 512    | "cpuMillicores": 0            | SNT0301 | limits.cpuMillicores: 0.0
            "memoryMiB": 512    | "members": 2.5                | SNT0311 | limits.members: 2.5
            "memoryMiB": 512    | "members": -1                 | SNT0301 | limits.members: -1
            graph/v1            | graph/v9                      | SNT0311 | apiVersion: sinter.dev/graph/v9 (expected: sinter.dev/graph/v1)
            "apiVersion":       | "version":                    | SNT0311 | apiVersion: missing
            "functions": [      | "functions": 7, "x": [        | SNT0311 | functions: 7 (expected: a list)
            "functions": [      | "functionz": [                | SNT0312 | Maybe functions
            "functions": [      | "x": [                        | SNT0311 | functions: missing (expected: a list)
            """)
    void whatIsNoGraph_isRefusedByItsPlace(String right, String wrong, String code, String message) throws IOException {
        String json = GRAPH.replaceFirst(Pattern.quote(right), wrong);
        assertThat(json).isNotEqualTo(GRAPH);
        assertRefused(json, code, message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                         | SNT0310 | line 1: empty
            '  '                       | SNT0310 | line 1: empty
            not JSON                   | SNT0310 | line 1: no JSON
            null                       | SNT0311 | document: null (expected: an object)
            []                         | SNT0311 | document: [] (expected: an object)
            {}                         | SNT0311 | apiVersion: missing
            {"apiVersion": 1}          | SNT0311 | apiVersion: 1 (expected: a text)
            {"apiVersion               | SNT0310 | line 1: no JSON
            <graph/>                   | SNT0310 | line 1: no JSON
            """)
    void otherFiles_areRefused(String content, String code, String message) throws IOException {
        assertRefused(content, code, message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                                                                         | SNT0313 | no spans
            not JSON                                                                   | SNT0310 | line 1: no JSON
            {"apiVersion": "sinter.dev/graph/v1", "functions": []}                     | SNT0313 | document
            [{"traceId": "t", "id": "1", "timestamp": "NaN", "duration": 1}]           | SNT0313 | [0].timestamp: "NaN"
            [{"traceId": "t", "id": "1", "timestamp": 1e999, "duration": 1}]           | SNT0313 | [0].timestamp
            [{"traceId": "t", "id": "1", "timestamp": 1, "duration": -1}]              | SNT0313 | [0].duration: -1
            [{"traceId": "t", "id": "1", "timestamp": 1, "duration": 1}]               | SNT0313 | serviceName: missing
            {"data": [{"spans": [{"traceID": "t"}]}]}                                  | SNT0313 | data[0]
            """)
    void whatIsNoTraces_isRefusedByItsPlace(String content, String code, String message) throws IOException {
        Path file = Files.writeString(directory.resolve("traces.json"), content);
        assertThat(sinter("plan", "--traces", file.toString())).isEqualTo(1);
        assertThat(err.toString()).startsWith(code).contains(message);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void whatFollowsTheDocument_isRefused() throws IOException {
        assertRefused(GRAPH + GRAPH, "SNT0310", "no JSON");
    }

    @Test
    void endlessNesting_isRefused() throws IOException {
        assertRefused("[".repeat(100_000), "SNT0310", "no JSON");
    }

    @Test
    void aByteOrderMark_isNoMistake() throws IOException {
        assertThat(plan("\uFEFF" + GRAPH)).isZero();
    }

    @Test
    void noFileAndADirectory_areSaidToBeSo() {
        assertThat(sinter("plan", "--graph", directory.resolve("none").toString()))
                .isEqualTo(1);
        assertThat(sinter("plan", "--traces", directory.toString())).isEqualTo(1);
        assertThat(err.toString()).startsWith("SNT0111 file:").doesNotContain("SNT0199");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--graph", "--traces"})
    void aHugeFile_isNotRead(String option) throws IOException {
        Path file = directory.resolve("huge.json");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(1L << 33);
        }
        assertThat(sinter("plan", option, file.toString())).isEqualTo(1);
        assertThat(err.toString()).startsWith("SNT0111 file:").contains("8589934592 bytes (expected: at most");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "ratePerSecond": 5, "busyMs": 2   | "ratePerSecond": 1e-300, "busyMs": 2
            "ratePerSecond": 5, "busyMs": 2   | "ratePerSecond": 1e300, "busyMs": 1e300
            "hopMs": 20                       | "hopMs": 1e308, "criticalShare": 1}, {"from": "a", "to": "b", "ratePerSecond": 5, "kind": "BLOCKING", "hopMs": 1e308
            "memoryMiB": 512                  | "concurrency": 1e-320
            """)
    void figuresBeyondAllNumbers_areRefused(String right, String wrong) throws IOException {
        for (String objective : List.of("latency", "cost", "memory", "balanced")) {
            Path file = Files.writeString(directory.resolve("graph.json"), GRAPH.replace(right, wrong));
            int exit = sinter("plan", "--graph", file.toString(), "--objective", objective, "-o", "json");
            assertThat(exit == 0 ? "" : err.toString().substring(0, 7)).isIn("", "SNT0309", "SNT0306");
            assertThat(out.toString()).doesNotContain("NaN", "Infinity");
            out.getBuffer().setLength(0);
            err.getBuffer().setLength(0);
        }
    }

    @Test
    void callsOfAFunctionWithoutRequests_areRefused() throws IOException {
        assertRefused(
                GRAPH.replace("\"ratePerSecond\": 5, \"busyMs\": 2", "\"ratePerSecond\": 0, \"busyMs\": 2"),
                "SNT0306",
                "ratePerSecond of edge a -> b");
    }

    @Test
    void aCallCycleWithoutEnd_isRefused() throws IOException {
        String back = "{\"from\": \"b\", \"to\": \"a\", \"ratePerSecond\": 9, \"kind\": \"BLOCKING\"},";
        assertRefused(GRAPH.replace("\"edges\": [", "\"edges\": [" + back), "SNT0307", "call cycle");
    }

    @Test
    void aHundredThousandEdgesOfOnePair_arePlannedLikeOne() throws IOException {
        List<String> edges = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            edges.add(
                    "{\"from\": \"a\", \"to\": \"b\", \"ratePerSecond\": 5e-5, \"kind\": \"BLOCKING\", \"hopMs\": 20}");
        }
        String one = GRAPH.replaceAll(
                "\"edges\": \\[.*]", "\"edges\": [" + edges.getFirst().replace("5e-5", "5") + "]");
        JsonNode ofOne = document(one);
        JsonNode ofMany =
                document(GRAPH.replaceAll("\"edges\": \\[.*]", "\"edges\": [" + String.join(",", edges) + "]"));
        assertThat(ofMany.path("groups").path(0).path("local")).hasSize(1);
        assertThat(ofMany.path("groups").path(0).path("members"))
                .isEqualTo(ofOne.path("groups").path(0).path("members"));
        assertThat(ofMany.path("predicted").path("latencyMs").asDouble())
                .isCloseTo(ofOne.path("predicted").path("latencyMs").asDouble(), within(1e-6));
    }

    @Test
    void withoutAnyTraffic_allStayAlone() throws IOException {
        JsonNode plan = document(GRAPH.replace("\"ratePerSecond\": 5", "\"ratePerSecond\": 0"));
        assertThat(plan.path("groups")).hasSize(2);
        assertThat(plan.path("rejected").path(0).path("reason").asText()).isEqualTo("NO_TRAFFIC");
        assertThat(plan.path("objective").path("gap").asDouble()).isZero();
    }

    @Test
    void impossibleLimits_leaveAllAloneWithTheReason() throws IOException {
        JsonNode memory = document(GRAPH.replace("\"memoryMiB\": 512", "\"memoryMiB\": 0"));
        assertThat(memory.path("rejected").path(0).path("reason").asText()).isEqualTo("MEMORY_LIMIT");
        JsonNode members = document(GRAPH.replace("\"memoryMiB\": 512", "\"members\": 0"));
        assertThat(members.path("rejected").path(0).path("reason").asText()).isEqualTo("MEMBER_LIMIT");
        JsonNode confidence = document(GRAPH.replace("\"hopMs\": 20", "\"hopMs\": 20, \"confidence\": 0.1"));
        assertThat(confidence.path("rejected").path(0).path("reason").asText()).isEqualTo("LOW_CONFIDENCE");
    }

    @Test
    void aGraphOfNothing_hasAPlanOfNothing() throws IOException {
        JsonNode plan = document("{\"apiVersion\": \"sinter.dev/graph/v1\", \"functions\": []}");
        assertThat(plan.path("groups")).isEmpty();
        assertThat(plan.path("objective").path("gap").asDouble()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "members=2.5, SNT0119, whole number",
        "members=NaN, SNT0119, whole number",
        "memoryMiB=NaN, SNT0301, limits.memoryMiB: NaN",
        "concurrency=0, SNT0301, above 0",
        "memoryMiB=Infinity, SNT0301, limits.memoryMiB: Infinity",
        "minConfidence=1.5, SNT0301, 0 to 1",
    })
    void limitsThatAreNone_areRefused(String limit, String code, String message) throws IOException {
        Path file = Files.writeString(directory.resolve("graph.json"), GRAPH);
        assertThat(sinter("plan", "--graph", file.toString(), "--limits", limit))
                .isEqualTo(1);
        assertThat(err.toString()).startsWith(code).contains(message);
    }

    @Test
    void timeThatIsNone_isAMistakeOfUse() throws IOException {
        Path file = Files.writeString(directory.resolve("graph.json"), GRAPH);
        assertThat(sinter("plan", "--graph", file.toString(), "--time-limit", "-1"))
                .isEqualTo(2);
        assertThat(sinter("plan", "--graph", file.toString(), "--time-limit", "0"))
                .isZero();
    }

    private void assertRefused(String content, String code, String message) throws IOException {
        assertThat(plan(content)).isEqualTo(1);
        assertThat(err.toString()).startsWith(code).contains(message);
        assertThat(out.toString()).isEmpty();
    }

    private JsonNode document(String content) throws IOException {
        out.getBuffer().setLength(0);
        assertThat(plan(content)).as(err.toString()).isZero();
        return MAPPER.readTree(out.toString());
    }

    private int plan(String content) throws IOException {
        Path file = Files.write(directory.resolve("graph.json"), content.getBytes(StandardCharsets.UTF_8));
        return sinter("plan", "--graph", file.toString(), "-o", "json");
    }

    private int sinter(String... arguments) {
        CommandLine program = Sinter.commandLine();
        program.setOut(new PrintWriter(out, true));
        program.setErr(new PrintWriter(err, true));
        return program.execute(arguments);
    }
}
