package dev.sinter.control.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.sinter.control.api.ApiServer;
import dev.sinter.control.offline.GraphJson;
import dev.sinter.control.offline.PlanDot;
import dev.sinter.control.offline.PlanJson;
import dev.sinter.planner.graph.CallGraph;
import dev.sinter.planner.plan.Objective;
import dev.sinter.planner.plan.Plan;
import dev.sinter.planner.solve.FusionSolver;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "plan", description = "Plans offline, from a call graph in a file.", mixinStandardHelpOptions = true)
final class PlanCommand implements Runnable {

    private enum Format {
        TABLE,
        JSON,
        YAML,
        DOT
    }

    @Option(
            names = "--graph",
            required = true,
            description = "Call graph as JSON, as 'sinter graph -o json' prints it.")
    private Path graphFile = Path.of("graph.json");

    @Option(names = "--objective", description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
    private Objective objective = Objective.BALANCED;

    @Option(names = "--time-limit", description = "Seconds (default: ${DEFAULT-VALUE}).")
    private int timeLimitSeconds = 60;

    @Option(
            names = {"-o", "--output"},
            description = "${COMPLETION-CANDIDATES}")
    private Format format = Format.TABLE;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        CallGraph graph = GraphJson.read(read(graphFile));
        Plan plan = new FusionSolver().solve(graph, objective, Duration.ofSeconds(timeLimitSeconds));
        PrintWriter out = spec.commandLine().getOut();
        Printer printer = new Printer(out);
        switch (format) {
            case DOT -> out.print(PlanDot.write(plan, graph));
            case JSON -> out.println(PlanJson.write(plan));
            case YAML -> printer.print(tree(plan), OutputFormat.YAML, PlanCommand::table, node -> "");
            case TABLE -> out.print(table(tree(plan)));
        }
        out.flush();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new CommandException("SNT0111", "graph: " + file + " cannot be read (" + e.getMessage() + ")");
        }
    }

    private static JsonNode tree(Plan plan) {
        try {
            return ApiServer.mapper().readTree(PlanJson.write(plan));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("own JSON does not parse", e);
        }
    }

    private static String table(JsonNode plan) {
        Table groups = new Table("GROUP", "MEMBERS", "LOCAL CALLS", "TIER", "MIB", "REPLICAS");
        for (JsonNode group : plan.path("groups")) {
            groups.row(
                    group.path("name").asText(),
                    joined(group.path("members")),
                    pairs(group.path("local")),
                    group.path("tier").asText(),
                    decimal(group.path("memoryMiB")),
                    decimal(group.path("replicas")));
        }
        JsonNode objective = plan.path("objective");
        JsonNode after = plan.path("predicted");
        JsonNode before = after.path("before");
        return groups.render()
                + "\n%s %s (proven bound %s, gap %.1f %%)\n"
                        .formatted(
                                objective.path("name").asText(),
                                decimal(objective.path("value")),
                                decimal(objective.path("bound")),
                                100 * objective.path("gap").asDouble())
                + change("latency ms", before, after, "latencyMs")
                + change("GB-s per second", before, after, "gbSecondsPerSecond")
                + change("resident MiB", before, after, "residentMiB");
    }

    private static String change(String label, JsonNode before, JsonNode after, String field) {
        return "%-16s %s -> %s\n".formatted(label, decimal(before.path(field)), decimal(after.path(field)));
    }

    private static String joined(JsonNode names) {
        return StreamSupport.stream(names.spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.joining(","));
    }

    private static String pairs(JsonNode pairs) {
        return StreamSupport.stream(pairs.spliterator(), false)
                .map(pair -> pair.path(0).asText() + "->" + pair.path(1).asText())
                .collect(Collectors.joining(" "));
    }

    private static String decimal(JsonNode value) {
        return String.format(Locale.ROOT, "%.2f", value.asDouble());
    }
}
