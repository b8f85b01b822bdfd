package dev.sinter.control.traces;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sinter.planner.graph.CallGraph;
import dev.sinter.planner.graph.CallKind;
import dev.sinter.planner.graph.Edge;
import dev.sinter.planner.graph.FunctionNode;
import dev.sinter.planner.graph.Limits;
import dev.sinter.planner.graph.PlanningException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceFileTest {
    /** shop takes 100 ms, of which it waits 40 for cart (38 there) and then 20 for mail, which goes on for 50. */
    private static final String OTLP = """
            {"resourceSpans": [
              {"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "shop"}},
                                           {"key": "process.runtime.name", "value": {"stringValue": "cpython"}}]},
               "scopeSpans": [{"spans": [
                 {"traceId": "t1", "spanId": "1", "name": "GET /", "kind": 2,
                  "startTimeUnixNano": "1000000000", "endTimeUnixNano": "1100000000"},
                 {"traceId": "t1", "spanId": "2", "parentSpanId": "1", "kind": "SPAN_KIND_CLIENT",
                  "startTimeUnixNano": "1010000000", "endTimeUnixNano": "1050000000"},
                 {"traceId": "t1", "spanId": "4", "parentSpanId": "1", "kind": 1,
                  "startTimeUnixNano": "1060000000", "endTimeUnixNano": "1080000000"}]}]},
              {"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "cart"}}]},
               "scopeSpans": [{"spans": [
                 {"traceId": "t1", "spanId": "3", "parentSpanId": "2", "kind": 2,
                  "startTimeUnixNano": "1011000000", "endTimeUnixNano": "1049000000"}]}]},
              {"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "mail"}}]},
               "scopeSpans": [{"spans": [
                 {"traceId": "t1", "spanId": "5", "parentSpanId": "4", "kind": 2,
                  "startTimeUnixNano": "1070000000", "endTimeUnixNano": "1150000000"}]}]}]}
            """;

    @Test
    void otlp_callsHopsAndOwnTime() throws IOException {
        CallGraph graph = read(OTLP);
        FunctionNode shop = function(graph, "shop");
        assertThat(shop.entry()).isTrue();
        assertThat(shop.runtime()).isEqualTo("cpython");
        assertThat(shop.busyMs()).isCloseTo(60, within(1e-6));
        Edge cart = edge(graph, "shop", "cart");
        assertThat(cart.kind()).isEqualTo(CallKind.BLOCKING);
        assertThat(cart.hopMs()).isCloseTo(2, within(1e-6));
        assertThat(cart.calleeMs()).isCloseTo(38, within(1e-6));
        assertThat(cart.criticalShare()).isEqualTo(1);
        assertThat(function(graph, "cart").entry()).isFalse();
    }

    @Test
    void aCallThatOutlivesItsCaller_isAsyncAndNotWaitedFor() throws IOException {
        Edge mail = edge(read(OTLP), "shop", "mail");
        assertThat(mail.kind()).isEqualTo(CallKind.ASYNC);
        assertThat(mail.criticalShare()).isZero();
    }

    @Test
    void otlp_oneDocumentPerLine() throws IOException {
        String line = OTLP.replace("\n", " ");
        CallGraph graph = read(line + "\n" + line.replace("\"t1\"", "\"t2\""));
        assertThat(edge(graph, "shop", "cart").samples()).isEqualTo(2);
    }

    @Test
    void jaeger_referencesAndProcesses_parallelCalls() throws IOException {
        CallGraph graph = read("""
                {"data": [{"traceID": "t", "spans": [
                   {"traceID": "t", "spanID": "1", "startTime": 1000000, "duration": 100000, "processID": "p1",
                    "references": [], "tags": [{"key": "span.kind", "value": "server"}]},
                   {"traceID": "t", "spanID": "2", "startTime": 1010000, "duration": 80000, "processID": "p2",
                    "references": [{"refType": "CHILD_OF", "traceID": "t", "spanID": "1"}],
                    "tags": [{"key": "span.kind", "value": "server"}]},
                   {"traceID": "t", "spanID": "3", "startTime": 1010000, "duration": 30000, "processID": "p3",
                    "references": [{"refType": "CHILD_OF", "traceID": "t", "spanID": "1"}],
                    "tags": [{"key": "span.kind", "value": "server"}]}],
                  "processes": {"p1": {"serviceName": "front"}, "p2": {"serviceName": "slow"},
                                "p3": {"serviceName": "quick"}}}]}
                """);
        assertThat(edge(graph, "front", "slow").kind()).isEqualTo(CallKind.PARALLEL);
        assertThat(edge(graph, "front", "slow").criticalShare()).isEqualTo(1);
        assertThat(edge(graph, "front", "quick").criticalShare()).isZero();
        assertThat(function(graph, "front").busyMs()).isCloseTo(20, within(1e-6));
    }

    @Test
    void zipkin_aSpanSharedByClientAndServer() throws IOException {
        CallGraph graph = read("""
                [[{"traceId": "t", "id": "1", "kind": "SERVER", "timestamp": 1000000, "duration": 100000,
                   "localEndpoint": {"serviceName": "front"}},
                  {"traceId": "t", "id": "2", "parentId": "1", "kind": "CLIENT", "timestamp": 1010000,
                   "duration": 50000, "localEndpoint": {"serviceName": "front"}},
                  {"traceId": "t", "id": "2", "parentId": "1", "kind": "SERVER", "shared": true, "timestamp": 1015000,
                   "duration": 40000, "localEndpoint": {"serviceName": "back"}},
                  {"traceId": "t", "id": "3", "parentId": "2", "kind": "CLIENT", "timestamp": 1020000,
                   "duration": 10000, "localEndpoint": {"serviceName": "back"}},
                  {"traceId": "t", "id": "3", "parentId": "2", "kind": "SERVER", "shared": true, "timestamp": 1021000,
                   "duration": 8000, "localEndpoint": {"serviceName": "store"}}]]
                """);
        assertThat(edge(graph, "front", "back").hopMs()).isCloseTo(10, within(1e-6));
        assertThat(edge(graph, "back", "store").hopMs()).isCloseTo(2, within(1e-6));
        assertThat(function(graph, "back").busyMs()).isCloseTo(30, within(1e-6));
        assertThat(function(graph, "front").entry()).isTrue();
        assertThat(graph.edges()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {"spans": []}                                           | SNT0313 | (expected: resourceSpans
                    []                                                      | SNT0313 | no spans
                    {"resourceSpans": 7}                                    | SNT0313 | resourceSpans: 7 (expected: a list)
                    {"resourceSpans": [{"resource": {}}]}                   | SNT0313 | service.name
                    [{"traceId": "t", "id": 5, "timestamp": 1}]             | SNT0313 | [0].id: 5 (expected: a text)
                    [{"traceId": "t", "id": "1", "timestamp": -1}]          | SNT0313 | [0].timestamp: -1
                    [{"traceId": "t"                                        | SNT0310 | line 1
                    """)
    void whatIsWrong_isNamedWithItsPath(String json, String code, String message) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(PlanningException.class)
                .hasMessageStartingWith(code)
                .hasMessageContaining(message);
    }

    @Test
    void spansThatNameEachOtherAsParents_endNowhere() throws IOException {
        CallGraph graph = read("""
                [{"traceId": "t", "id": "1", "parentId": "2", "timestamp": 1000, "localEndpoint": {"serviceName": "a"}},
                 {"traceId": "t", "id": "2", "parentId": "1", "timestamp": 1000, "localEndpoint": {"serviceName": "a"}},
                 {"traceId": "t", "id": "3", "timestamp": 1000, "localEndpoint": {"serviceName": "b"}}]
                """);
        assertThat(graph.edges()).isEmpty();
    }

    private static CallGraph read(String json) throws IOException {
        return TraceFile.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), Limits.DEFAULT);
    }

    private static FunctionNode function(CallGraph graph, String name) {
        return graph.functions().stream()
                .filter(function -> function.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Edge edge(CallGraph graph, String from, String to) {
        return graph.edges().stream()
                .filter(edge -> edge.from().equals(from) && edge.to().equals(to))
                .findFirst()
                .orElseThrow();
    }
}
