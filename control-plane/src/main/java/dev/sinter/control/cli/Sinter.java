package dev.sinter.control.cli;

import com.fasterxml.jackson.databind.JsonNode;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The {@code sinter} program: data on stdout, everything else on stderr; exit 0 ok, 1 failure, 2 usage. */
@Command(
        name = "sinter",
        description = "Transparent function fusion in service meshes.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            DemoCommand.class,
            UpCommand.class,
            DownCommand.class,
            SetupCommand.class,
            CheckCommand.class,
            GetCommand.class,
            GraphCommand.class,
            RecommendCommand.class,
            ExplainCommand.class,
            PlanCommand.class,
            MergeCommand.class,
            WatchCommand.class,
        })
public final class Sinter implements Runnable {

    @Spec
    private CommandSpec spec;

    private Sinter() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        IExecutionExceptionHandler coded = (failure, command, parsed) -> {
            command.getErr().println(Failures.describe(failure));
            return CommandLine.ExitCode.SOFTWARE;
        };
        return new CommandLine(new Sinter())
                .setExecutionExceptionHandler(coded)
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "a command is needed");
    }

    @Command(
            name = "approve",
            description = "Approves a proposed group, or one that was unfused.",
            mixinStandardHelpOptions = true)
    void approve(@Mixin RunningServer server, @Parameters(paramLabel = "GROUP") String group) {
        ask(server, group, "approve");
    }

    @Command(name = "pause", description = "Freezes a group where it is.", mixinStandardHelpOptions = true)
    void pause(@Mixin RunningServer server, @Parameters(paramLabel = "GROUP") String group) {
        ask(server, group, "pause");
    }

    @Command(name = "resume", description = "Thaws a paused group.", mixinStandardHelpOptions = true)
    void resume(@Mixin RunningServer server, @Parameters(paramLabel = "GROUP") String group) {
        ask(server, group, "resume");
    }

    @Command(
            name = "unfuse",
            description = "Brings the originals of a group back and removes the fused workload.",
            mixinStandardHelpOptions = true)
    void unfuse(@Mixin RunningServer server, @Parameters(paramLabel = "GROUP") String group) {
        ask(server, group, "unfuse");
    }

    private void ask(RunningServer server, String group, String verb) {
        JsonNode after = server.client().post("/api/v1/groups/" + group + "/" + verb);
        spec.commandLine()
                .getErr()
                .println("group " + group + ": " + verb + " accepted (state "
                        + after.path("state").asText() + "). 'sinter watch' shows what happens");
    }
}
