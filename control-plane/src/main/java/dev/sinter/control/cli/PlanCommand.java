package dev.sinter.control.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sinter.control.api.ApiServer;
import dev.sinter.control.offline.ExplanationJson;
import dev.sinter.control.offline.GraphJson;
import dev.sinter.control.offline.PlanDot;
import dev.sinter.control.offline.PlanJson;
import dev.sinter.control.traces.TraceFile;
import dev.sinter.planner.explain.Explainer;
import dev.sinter.planner.explain.GroupExplanation;
import dev.sinter.planner.graph.CallGraph;
import dev.sinter.planner.graph.Limits;
import dev.sinter.planner.plan.Objective;
import dev.sinter.planner.plan.Plan;
import dev.sinter.planner.solve.FusionSolver;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "plan",
        description = "Plans offline, from a call graph or from recorded traces.",
        mixinStandardHelpOptions = true)
final class PlanCommand implements Runnable {

    /** In bytes. Call graphs of 10,000 functions have 10 MB, 2 million spans of traces about this. */
    private static final long LARGEST_FILE = 1L << 29;

    private enum Format {
        TABLE,
        JSON,
        YAML,
        DOT
    }

    @ArgGroup(multiplicity = "1")
    private Source source = new Source();

    /** Where the call graph comes from: one of the two. */
    private static final class Source {
        @Option(names = "--graph", description = "Call graph as JSON, as 'sinter graph -o json' prints it.")
        private @Nullable Path graph;

        @Option(names = "--traces", description = "Traces as OTLP, Jaeger or Zipkin JSON.")
        private @Nullable Path traces;
    }

    @Option(
            names = "--limits",
            split = ",",
            paramLabel = "NAME=NUMBER",
            description = "Instead of the graph's: memoryMiB, members, cpuMillicores, concurrency, sidecarMiB,"
                    + " minConfidence.")
    private Map<String, Double> limits = Map.of();

    @Option(names = "--explain", description = "Prints what every group is worth, term by term, instead of the plan.")
    private boolean explain;

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
        if (timeLimitSeconds < 0) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "time limit: " + timeLimitSeconds + " s (expected: at least 0)");
        }
        CallGraph graph = LimitsOption.apply(limits, graph());
        Plan plan = new FusionSolver().solve(graph, objective, Duration.ofSeconds(timeLimitSeconds));
        PrintWriter out = spec.commandLine().getOut();
        Printer printer = new Printer(out);
        if (explain) {
            explain(plan, graph, printer);
            return;
        }
        switch (format) {
            case DOT -> out.print(PlanDot.write(plan, graph));
            case JSON -> out.println(PlanJson.write(plan));
            case YAML -> printer.print(tree(plan), OutputFormat.YAML, PlanCommand::table, node -> "");
            case TABLE -> out.print(table(tree(plan)));
        }
        out.flush();
    }

    private CallGraph graph() {
        Path file = source.traces != null ? source.traces : Objects.requireNonNull(source.graph);
        try (InputStream in = Files.newInputStream(file)) {
            long size = Files.size(file);
            if (size > LARGEST_FILE) {
                throw new CommandException(
                        "SNT0111",
                        "file: " + file + " has " + size + " bytes (expected: at most " + LARGEST_FILE
                                + "). Maybe sample the traces, or leave out edges without calls.");
            }
            if (source.traces == null) {
                return GraphJson.read(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
            CallGraph graph = TraceFile.read(in, Limits.DEFAULT);
            spec.commandLine().getErr().println("memory is not in traces: every function is taken to need 64 MiB");
            return graph;
        } catch (IOException e) {
            throw new CommandException("SNT0111", "file: " + file + " cannot be read (" + e.getMessage() + ")");
        }
    }

    private void explain(Plan plan, CallGraph graph, Printer printer) {
        List<GroupExplanation> groups = new Explainer(graph, plan.groups()).explain();
        ObjectNode document = ExplanationJson.write(groups);
        document.set("rejected", tree(plan).path("rejected"));
        OutputFormat output = switch (format) {
            case JSON -> OutputFormat.JSON;
            case YAML -> OutputFormat.YAML;
            case TABLE -> OutputFormat.TABLE;
            case DOT ->
                throw new CommandException("SNT0118", "output: dot (expected with --explain: table, json or yaml)");
        };
        printer.print(
                document,
                output,
                node -> groups.stream().map(ExplanationJson::text).collect(Collectors.joining("\n"))
                        + ExplainCommand.rejected(node.path("rejected")),
                node -> "");
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
