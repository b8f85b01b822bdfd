package dev.sinter.control.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sinter.control.api.ApiClient;
import dev.sinter.control.api.ApiServer;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "recommend",
        description = "Says what would be fused, and what the whole plan is predicted to save.",
        mixinStandardHelpOptions = true)
final class RecommendCommand implements Runnable {

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
        ApiClient client = server.client();
        JsonNode plan = client.get("/api/v1/plan");
        ObjectNode document = ApiServer.mapper().createObjectNode();
        document.set("groups", recommended(plan, client.get("/api/v1/groups")));
        document.set("predicted", plan.path("predicted"));
        new Printer(spec.commandLine().getOut()).print(document, format, this::table, RecommendCommand::names);
    }

    /** Planned groups of several members with the state of the group of that name, if there is one. */
    private static ArrayNode recommended(JsonNode plan, JsonNode groups) {
        ArrayNode recommended = ApiServer.mapper().createArrayNode();
        for (JsonNode planned : plan.path("groups")) {
            if (planned.path("members").size() > 1) {
                String state = StreamSupport.stream(groups.spliterator(), false)
                        .filter(group -> group.path("name").equals(planned.path("name")))
                        .map(group -> group.path("state").asText())
                        .findFirst()
                        .orElse("OBSERVED");
                recommended.add(planned.<ObjectNode>deepCopy().put("state", state));
            }
        }
        return recommended;
    }

    private String table(JsonNode document) {
        JsonNode groups = document.path("groups");
        if (document.path("predicted").isMissingNode()) {
            return "No plan yet: the application has had no traffic that the proxies reported.\n";
        }
        if (groups.isEmpty()) {
            return "Nothing: every group that could be made would cost more than it saves. 'sinter plan' with the output of"
                    + " 'sinter graph -o json' says why for each pair.\n";
        }
        Table table = new Table("GROUP", "STATE", "MEMBERS", "LOCAL CALLS", "TIER");
        for (JsonNode group : groups) {
            table.row(
                    group.path("name").asText(),
                    group.path("state").asText(),
                    texts(group.path("members")),
                    StreamSupport.stream(group.path("local").spliterator(), false)
                            .map(pair ->
                                    pair.path(0).asText() + "->" + pair.path(1).asText())
                            .collect(Collectors.joining(" ")),
                    group.path("tier").asText());
        }
        JsonNode after = document.path("predicted");
        JsonNode before = after.path("before");
        return table.render()
                + "\nPredicted for the whole application\n"
                + change("latency", "ms", before.path("latencyMs"), after.path("latencyMs"))
                + change("cost", "GB-s/s", before.path("gbSecondsPerSecond"), after.path("gbSecondsPerSecond"))
                + change("memory", "MiB", before.path("residentMiB"), after.path("residentMiB"))
                + proposals(groups);
    }

    private static String proposals(JsonNode groups) {
        String proposed = StreamSupport.stream(groups.spliterator(), false)
                .filter(group -> group.path("state").asText().equals("PROPOSED"))
                .map(group -> "\n'sinter approve " + group.path("name").asText() + "' starts it")
                .collect(Collectors.joining());
        return proposed.isEmpty() ? "" : proposed + "\n";
    }

    private static String change(String what, String unit, JsonNode before, JsonNode after) {
        double from = before.asDouble();
        double to = after.asDouble();
        String percent = from == 0 ? "" : String.format(Locale.ROOT, " (%+.1f %%)", 100 * (to - from) / from);
        return String.format(Locale.ROOT, "  %-8s %.3f -> %.3f %s%s%n", what, from, to, unit, percent);
    }

    private static String texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.joining(","));
    }

    private static String names(JsonNode document) {
        return StreamSupport.stream(document.path("groups").spliterator(), false)
                .map(group -> group.path("name").asText() + "\n")
                .collect(Collectors.joining());
    }
}
