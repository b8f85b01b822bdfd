package dev.sinter.control.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "get",
        description = "Lists groups, workloads, or where the application is served.",
        mixinStandardHelpOptions = true)
final class GetCommand implements Runnable {

    private enum Kind {
        GROUPS,
        WORKLOADS,
        STATUS
    }

    @Mixin
    private RunningServer server = new RunningServer();

    @Parameters(paramLabel = "KIND", description = "${COMPLETION-CANDIDATES}")
    private Kind kind = Kind.GROUPS;

    @Option(
            names = {"-o", "--output"},
            description = "${COMPLETION-CANDIDATES}")
    private OutputFormat format = OutputFormat.TABLE;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        Printer printer = new Printer(spec.commandLine().getOut());
        switch (kind) {
            case GROUPS ->
                printer.print(server.client().get("/api/v1/groups"), format, this::groups, GetCommand::names);
            case WORKLOADS ->
                printer.print(
                        server.client().get("/api/v1/status").path("workloads"),
                        format,
                        GetCommand::workloads,
                        GetCommand::names);
            case STATUS ->
                printer.print(
                        server.client().get("/api/v1/status"),
                        format,
                        GetCommand::status,
                        status -> status.path("application").asText() + "\n");
        }
    }

    private String groups(JsonNode groups) {
        Table table = format == OutputFormat.WIDE
                ? new Table("NAME", "STATE", "FUSED", "TIER", "MEMBERS", "SINCE", "REASON")
                : new Table("NAME", "STATE", "FUSED", "TIER", "MEMBERS");
        for (JsonNode group : groups) {
            String name = group.path("name").asText();
            String state = group.path("paused").asBoolean()
                    ? "PAUSED (" + group.path("state").asText() + ")"
                    : group.path("state").asText();
            String fused = group.path("fusedPercent").asInt() + "%";
            String tier = group.path("tier").asText("");
            String members = StreamSupport.stream(group.path("members").spliterator(), false)
                    .map(JsonNode::asText)
                    .collect(Collectors.joining(","));
            if (format == OutputFormat.WIDE) {
                String reason = group.path("reasonCode").asText() + " "
                        + group.path("reason").asText();
                table.row(name, state, fused, tier, members, group.path("since").asText(), reason);
            } else {
                table.row(name, state, fused, tier, members);
            }
        }
        return table.render();
    }

    private static String status(JsonNode status) {
        Table table = new Table("APPLICATION", "MODE", "URL");
        for (JsonNode url : status.path("urls")) {
            table.row(status.path("application").asText(), status.path("mode").asText(), url.asText());
        }
        return table.render();
    }

    private static String workloads(JsonNode workloads) {
        Table table = new Table("NAME", "ROLE", "RUNNING", "ADDRESS", "IMAGE");
        for (JsonNode workload : workloads) {
            table.row(
                    workload.path("name").asText(),
                    workload.path("role").asText(),
                    workload.path("running").asText(),
                    workload.path("address").asText(),
                    workload.path("image").asText());
        }
        return table.render();
    }

    private static String names(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(item -> item.path("name").asText() + "\n")
                .collect(Collectors.joining());
    }
}
