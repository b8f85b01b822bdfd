package dev.sinter.control.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "graph",
        description = "Shows the call graph as the proxies saw it over the last window.",
        mixinStandardHelpOptions = true)
final class GraphCommand implements Runnable {

    @Mixin
    private RunningServer server = new RunningServer();

    @Option(
            names = {"-o", "--output"},
            description = "${COMPLETION-CANDIDATES}")
    private OutputFormat format = OutputFormat.TABLE;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        new Printer(spec.commandLine().getOut())
                .print(server.client().get("/api/v1/graph"), format, GraphCommand::table, GraphCommand::names);
    }

    private static String table(JsonNode graph) {
        Table edges =
                new Table("FROM", "TO", "RATE/S", "KIND", "CONFIDENCE", "SAMPLES", "CRITICAL", "HOP MS", "CALLEE MS");
        for (JsonNode edge : graph.path("edges")) {
            edges.row(
                    edge.path("from").asText(),
                    edge.path("to").asText(),
                    decimal(edge, "ratePerSecond", 1),
                    edge.path("kind").asText(),
                    decimal(edge, "confidence", 3),
                    edge.path("samples").asText(),
                    decimal(edge, "criticalShare", 2),
                    decimal(edge, "hopMs", 2),
                    decimal(edge, "calleeMs", 1));
        }
        return edges.render();
    }

    private static String decimal(JsonNode node, String field, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", node.path(field).asDouble());
    }

    private static String names(JsonNode graph) {
        return StreamSupport.stream(graph.path("functions").spliterator(), false)
                .map(function -> function.path("name").asText() + "\n")
                .collect(Collectors.joining());
    }
}
