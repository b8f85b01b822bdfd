package dev.sinter.control.cli;

import dev.sinter.control.api.ApiClient;
import dev.sinter.control.api.ServerEndpoint;
import dev.sinter.control.server.StateDirectory;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Option that finds the server a command is for. */
final class RunningServer {

    @Option(
            names = {"-a", "--application"},
            description = "Application (default: the only one that runs).")
    @Nullable
    String application;

    ApiClient client() {
        return new ApiClient(endpoint());
    }

    ServerEndpoint endpoint() {
        List<ServerEndpoint> running = StateDirectory.of(System.getenv()).endpoints();
        List<ServerEndpoint> fitting = running.stream()
                .filter(endpoint -> application == null || application.equals(endpoint.application()))
                .toList();
        if (fitting.size() == 1) {
            return fitting.getFirst();
        }
        List<String> names = running.stream().map(ServerEndpoint::application).toList();
        throw new CommandException(
                "SNT0110",
                "application: " + (application == null ? "not given" : application) + " (expected: one of " + names
                        + "). "
                        + (names.isEmpty()
                                ? "Maybe 'sinter up -f compose.yaml' first"
                                : "Maybe name one with --application"));
    }
}
