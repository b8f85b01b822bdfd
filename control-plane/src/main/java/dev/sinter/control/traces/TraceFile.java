package dev.sinter.control.traces;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sinter.planner.graph.CallGraph;
import dev.sinter.planner.graph.Limits;
import dev.sinter.planner.graph.PlanningException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** Reads recorded traces: OTLP JSON (also one document per line), Jaeger JSON or Zipkin JSON, told apart by their form. */
public final class TraceFile {
    /** More spans than this say nothing new and would not fit into memory. */
    private static final int MOST_SPANS = 2_000_000;

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private TraceFile() {}

    /**
     * The call graph that the traces show, by the spans' parents. Memory is not in traces: every function is taken to
     * need {@link TraceGraph#ASSUMED_MIB}.
     *
     * @throws PlanningException {@code SNT0310} if it is no JSON, {@code SNT0313} with the path of what is wrong
     * @throws IOException if {@code in} cannot be read
     */
    public static CallGraph read(InputStream in, Limits limits) throws IOException {
        List<TraceSpan> spans = new ArrayList<>();
        try (JsonParser documents = MAPPER.createParser(in)) {
            for (int number = 1; documents.nextToken() != null; number++) {
                JsonNode document = MAPPER.readTree(documents);
                read(new Located(number == 1 ? "" : "document " + number, document), spans);
            }
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
            throw new PlanningException(
                    "SNT0310", "line " + line + ": no JSON: " + e.getOriginalMessage() + " (expected: traces)");
        }
        if (spans.isEmpty()) {
            throw new PlanningException("SNT0313", "traces: no spans (expected: at least one)");
        }
        return new TraceGraph(spans).graph(limits);
    }

    private static void read(Located document, List<TraceSpan> spans) {
        if (OtlpJson.matches(document)) {
            OtlpJson.read(document, span -> add(span, spans));
        } else if (JaegerJson.matches(document)) {
            JaegerJson.read(document, span -> add(span, spans));
        } else if (ZipkinJson.matches(document)) {
            ZipkinJson.read(document, span -> add(span, spans));
        } else {
            throw document.wrong("resourceSpans (OTLP), data (Jaeger) or a list of spans (Zipkin)");
        }
    }

    private static void add(TraceSpan span, List<TraceSpan> spans) {
        if (span.endMs() < span.startMs()) {
            throw new PlanningException(
                    "SNT0313",
                    "traces: span " + span.id() + " of " + span.service() + ": ends before it starts"
                            + " (expected: end at or after start)");
        }
        if (spans.size() == MOST_SPANS) {
            throw new PlanningException(
                    "SNT0313", "traces: more than " + MOST_SPANS + " spans (expected: fewer). Maybe sample them.");
        }
        spans.add(span);
    }
}
