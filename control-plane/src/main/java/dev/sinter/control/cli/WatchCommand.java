package dev.sinter.control.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sinter.control.api.ApiClient;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "watch",
        description = "Prints a line for every change of a group, until interrupted.",
        mixinStandardHelpOptions = true)
final class WatchCommand implements Runnable {

    @Mixin
    private RunningServer server = new RunningServer();

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        ApiClient client = server.client();
        PrintWriter out = spec.commandLine().getOut();
        Map<String, String> last = new HashMap<>();
        try {
            while (!Thread.currentThread().isInterrupted()) {
                for (JsonNode group : client.get("/api/v1/groups")) {
                    String line = "%s %s %s %d%% %s"
                            .formatted(
                                    group.path("since").asText(),
                                    group.path("name").asText(),
                                    group.path("state").asText(),
                                    group.path("fusedPercent").asInt(),
                                    group.path("reason").asText());
                    if (!line.equals(last.put(group.path("name").asText(), line))) {
                        out.println(line);
                        out.flush();
                    }
                }
                TimeUnit.SECONDS.sleep(1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
