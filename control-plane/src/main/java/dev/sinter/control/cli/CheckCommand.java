package dev.sinter.control.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sinter.control.api.ApiClient;
import dev.sinter.control.api.ApiException;
import dev.sinter.control.api.ApiServer;
import dev.sinter.control.api.ServerEndpoint;
import dev.sinter.control.server.StateDirectory;
import dev.sinter.control.setup.Finding;
import dev.sinter.control.setup.Finding.State;
import dev.sinter.control.setup.Inspection;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "check",
        description = "Says what is ready, what is not, and how to mend it; exit 1 if something is in the way.",
        mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {

    @Option(names = "--pre", description = "Only what must be there before anything is run.")
    private boolean pre;

    @Option(
            names = {"-o", "--output"},
            description = "${COMPLETION-CANDIDATES}")
    private OutputFormat format = OutputFormat.TABLE;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        List<Finding> findings = new ArrayList<>(new Inspection(System.getenv()).run());
        if (!pre) {
            StateDirectory.of(System.getenv()).endpoints().forEach(endpoint -> findings.addAll(running(endpoint)));
        }
        new Printer(spec.commandLine().getOut())
                .print(ApiServer.mapper().valueToTree(findings), format, this::table, CheckCommand::names);
        return findings.stream().anyMatch(finding -> finding.state() == State.BLOCKED)
                ? ExitCode.SOFTWARE
                : ExitCode.OK;
    }

    /** What is wrong with an application that runs; one finding that says so if nothing is. */
    private static List<Finding> running(ServerEndpoint endpoint) {
        String subject = "application " + endpoint.application();
        try {
            ApiClient client = new ApiClient(endpoint);
            return running(endpoint, subject, client.get("/api/v1/status"), client.get("/api/v1/groups"));
        } catch (ApiException e) {
            return List.of(new Finding(
                    subject,
                    State.BLOCKED,
                    e.code() + " " + e.getMessage(),
                    "'sinter up' again adopts what still runs, 'sinter down' removes it."));
        }
    }

    private static List<Finding> running(ServerEndpoint endpoint, String subject, JsonNode status, JsonNode groups) {
        List<Finding> findings = new ArrayList<>();
        for (JsonNode group : groups) {
            String name = group.path("name").asText();
            if (group.path("state").asText().equals("FAILED")) {
                findings.add(new Finding(
                        subject,
                        State.DOUBTFUL,
                        "group " + name + " failed: " + group.path("reasonCode").asText() + " "
                                + group.path("reason").asText(),
                        "'sinter explain " + name + "' shows how it came to that; 'sinter approve " + name
                                + "' tries again."));
            } else if (group.path("paused").asBoolean()) {
                findings.add(new Finding(
                        subject,
                        State.DOUBTFUL,
                        "group " + name + " is paused",
                        "'sinter resume " + name + "' lets it go on."));
            }
        }
        String down = StreamSupport.stream(status.path("workloads").spliterator(), false)
                .filter(workload -> !workload.path("running").asBoolean() && !sleeps(workload, groups))
                .map(workload -> workload.path("name").asText())
                .collect(Collectors.joining(", "));
        if (!down.isEmpty()) {
            findings.add(new Finding(
                    subject,
                    State.BLOCKED,
                    "not running: " + down,
                    "'docker logs sinter-" + endpoint.application()
                            + "-NAME' says why; 'sinter up' starts them again."));
        }
        if (findings.isEmpty()) {
            findings.add(new Finding(
                    subject, State.READY, status.path("workloads").size() + " workloads, as they should be", ""));
        }
        return findings;
    }

    private static boolean sleeps(JsonNode workload, JsonNode groups) {
        return StreamSupport.stream(groups.spliterator(), false)
                .filter(group -> group.path("state").asText().equals("FUSED"))
                .flatMap(group -> StreamSupport.stream(group.path("homes").spliterator(), false))
                .anyMatch(home -> home.asText().equals(workload.path("name").asText()));
    }

    private String table(JsonNode findings) {
        Table table = new Table("WHAT", "STATE", "FOUND", "TO DO");
        for (JsonNode finding : findings) {
            table.row(
                    finding.path("subject").asText(),
                    finding.path("state").asText().toLowerCase(Locale.ROOT),
                    finding.path("found").asText(),
                    finding.path("remedy").asText());
        }
        return table.render();
    }

    private static String names(JsonNode findings) {
        return StreamSupport.stream(findings.spliterator(), false)
                .filter(finding -> !finding.path("state").asText().equals("READY"))
                .map(finding -> finding.path("subject").asText() + "\n")
                .collect(Collectors.joining());
    }
}
