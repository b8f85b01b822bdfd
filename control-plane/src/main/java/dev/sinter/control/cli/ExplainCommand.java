package dev.sinter.control.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sinter.control.api.ApiClient;
import dev.sinter.control.api.ApiServer;
import dev.sinter.control.offline.ExplanationJson;
import dev.sinter.control.offline.GraphJson;
import dev.sinter.control.offline.PlanJson;
import dev.sinter.planner.explain.Explainer;
import dev.sinter.planner.explain.GroupExplanation;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "explain",
        description =
                "Says why a group is fused, how it got there, and why other pairs are not; or what a message means.",
        mixinStandardHelpOptions = true)
final class ExplainCommand implements Runnable {

    @Mixin
    private RunningServer server = new RunningServer();

    @Parameters(paramLabel = "GROUP|CODE")
    private String group = "";

    @Option(
            names = {"-o", "--output"},
            description = "${COMPLETION-CANDIDATES}")
    private OutputFormat format = OutputFormat.TABLE;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        Printer printer = new Printer(spec.commandLine().getOut());
        if (Messages.isCode(group)) {
            Messages.packaged().print(group, printer, format);
            return;
        }
        ApiClient client = server.client();
        ObjectNode document = ApiServer.mapper().createObjectNode();
        document.set("history", client.get("/api/v1/groups/" + group + "/history"));
        document.set("plan", client.get("/api/v1/plan"));
        document.set("graph", client.get("/api/v1/graph"));
        document.set("size", client.get("/api/v1/groups/" + group + "/size"));
        explanation(document.path("plan"), document.path("graph"))
                .ifPresent(found -> document.set("explanation", ExplanationJson.write(List.of(found))));
        printer.print(document, format, this::text, ignored -> group + "\n");
    }

    private String text(JsonNode document) {
        StringBuilder text = new StringBuilder();
        JsonNode history = document.path("history");
        JsonNode now = history.path(history.size() - 1);
        text.append("%s: %s, %d %% fused%s%n"
                .formatted(
                        group,
                        now.path("state").asText(),
                        now.path("fusedPercent").asInt(),
                        now.path("tier").isTextual() ? ", " + now.path("tier").asText() : ""));
        text.append("\nCalls that stay in the process\n");
        for (JsonNode pair : now.path("local")) {
            text.append(evidence(
                    document.path("graph"),
                    pair.path("caller").asText(),
                    pair.path("callee").asText()));
        }
        explanation(document.path("plan"), document.path("graph"))
                .ifPresent(found ->
                        text.append("\nWhat the newest plan says it is worth\n").append(ExplanationJson.text(found)));
        text.append(size(document.path("size")));
        text.append(rejected(document.path("plan").path("rejected")));
        text.append("\nHow it got here\n");
        for (JsonNode step : history) {
            text.append("  %s  %-9s %3d %%  %s %s%n"
                    .formatted(
                            step.path("since").asText(),
                            step.path("state").asText(),
                            step.path("fusedPercent").asInt(),
                            step.path("reasonCode").asText(),
                            step.path("reason").asText()));
        }
        return text.toString();
    }

    /** What the newest plan's group of this name is worth; none if the plan has no such group now. */
    private Optional<GroupExplanation> explanation(JsonNode plan, JsonNode graph) {
        if (!plan.has("groups") || !graph.has("functions")) {
            return Optional.empty();
        }
        return new Explainer(GraphJson.read(graph.toString()), PlanJson.groups(plan))
                .explain().stream().filter(found -> found.name().equals(group)).findFirst();
    }

    /** Rejected pairs, one a line, with what would change that. */
    static String rejected(JsonNode pairs) {
        StringBuilder text = new StringBuilder("\nPairs that stay remote, and what would change that\n");
        for (JsonNode pair : pairs) {
            text.append("  %s -> %s: %s. %s%n"
                    .formatted(
                            pair.path("from").asText(),
                            pair.path("to").asText(),
                            pair.path("reason").asText(),
                            pair.path("flip").asText()));
        }
        return text.toString();
    }

    /** What the fused workload may use and should, and why; nothing where that is not known. */
    static String size(JsonNode size) {
        if (!size.has("why")) {
            return "";
        }
        String recommended = size.path("recommended").isObject() ? limits(size.path("recommended")) : "none yet";
        return "\nSize of the fused workload" + (size.path("applied").asBoolean() ? ", applied" : ", observed only")
                + "\n  now          " + limits(size.path("present")) + "\n  recommended  " + recommended + "\n  "
                + size.path("why").asText() + ".\n";
    }

    /** Rounded as it is applied. */
    private static String limits(JsonNode limits) {
        JsonNode memoryMiB = limits.path("memoryMiB");
        JsonNode cpuMillicores = limits.path("cpuMillicores");
        String memory = memoryMiB.isNumber()
                ? (long) Math.ceil(memoryMiB.asDouble()) + " MiB of memory"
                : "memory without limit";
        String cpu = cpuMillicores.isNumber()
                ? (long) Math.floor(cpuMillicores.asDouble()) + " millicores"
                : "processors without limit";
        return memory + ", " + cpu;
    }

    private static String evidence(JsonNode graph, String caller, String callee) {
        for (JsonNode edge : graph.path("edges")) {
            if (edge.path("from").asText().equals(caller)
                    && edge.path("to").asText().equals(callee)) {
                return "  %s -> %s: %s with confidence %.3f from %d calls; a hop cost %.2f ms%n"
                        .formatted(
                                caller,
                                callee,
                                edge.path("kind").asText(),
                                edge.path("confidence").asDouble(),
                                edge.path("samples").asLong(),
                                edge.path("hopMs").asDouble());
            }
        }
        return "  %s -> %s: no calls in the present window%n".formatted(caller, callee);
    }
}
