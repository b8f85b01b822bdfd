package dev.sinter.control.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sinter.control.api.ApiServer;
import java.io.PrintWriter;
import java.util.Map;
import java.util.function.Function;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/** Writes one document in the format asked for. */
final class Printer {

    private final ObjectMapper json = ApiServer.mapper();
    private final PrintWriter out;

    Printer(PrintWriter out) {
        this.out = out;
    }

    /**
     * @param table renders the document for {@code TABLE} and {@code WIDE}
     * @param names renders one name a line for {@code NAME}
     */
    void print(
            JsonNode document,
            OutputFormat format,
            Function<JsonNode, String> table,
            Function<JsonNode, String> names) {
        switch (format) {
            case TABLE, WIDE -> out.print(table.apply(document));
            case NAME -> out.print(names.apply(document));
            case JSON -> out.println(pretty(document));
            case YAML ->
                out.print(new Dump(DumpSettings.builder()
                                .setDefaultFlowStyle(FlowStyle.BLOCK)
                                .build())
                        .dumpToString(json.convertValue(document, Object.class)));
        }
        out.flush();
    }

    private String pretty(JsonNode document) {
        try {
            return json.writerWithDefaultPrettyPrinter().writeValueAsString(document);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(
                    "a JSON tree is always writable: " + Map.of("type", document.getClass()), e);
        }
    }
}
