package dev.sinter.control.cli;

import dev.sinter.control.api.ApiClient;
import dev.sinter.control.api.ApiException;
import dev.sinter.control.api.ServerEndpoint;
import dev.sinter.control.platform.EnginePlatform;
import dev.sinter.control.platform.Platform;
import dev.sinter.control.server.StateDirectory;
import dev.sinter.control.setup.Setup;
import java.io.PrintWriter;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "down",
        description = "Ends a running application and takes away everything of it, also what a killed server left.",
        mixinStandardHelpOptions = true)
final class DownCommand implements Runnable {

    private static final long LONGEST_END_SECONDS = 60;

    @Mixin
    private RunningServer server = new RunningServer();

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        PrintWriter err = spec.commandLine().getErr();
        StateDirectory state = StateDirectory.of(System.getenv());
        ServerEndpoint endpoint = server.endpoint();
        if (answers(endpoint)) {
            endProcess(endpoint.pid());
        }
        try (Platform platform = EnginePlatform.open(
                new Setup(System.getenv()).ensure(line -> {}), endpoint.application(), line -> {})) {
            platform.removeAll();
        }
        state.delete(endpoint.application());
        err.println("application " + endpoint.application() + ": gone");
    }

    /** A process id may have been given to another process since; only one that knows the token is ours. */
    private static boolean answers(ServerEndpoint endpoint) {
        try {
            new ApiClient(endpoint).get("/api/v1/groups");
            return true;
        } catch (ApiException e) {
            return false;
        }
    }

    private static void endProcess(long pid) {
        ProcessHandle.of(pid).ifPresent(process -> {
            process.destroy();
            try {
                process.onExit().get(LONGEST_END_SECONDS, TimeUnit.SECONDS);
            } catch (TimeoutException | ExecutionException e) {
                process.destroyForcibly();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
