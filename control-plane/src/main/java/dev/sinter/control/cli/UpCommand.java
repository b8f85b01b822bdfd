package dev.sinter.control.cli;

import dev.sinter.control.compose.Application;
import dev.sinter.control.compose.ComposeFile;
import dev.sinter.control.server.FusionPolicy;
import dev.sinter.control.server.Mode;
import dev.sinter.control.server.SinterServer;
import dev.sinter.control.setup.Setup;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "up",
        description =
                "Runs a Compose application inside a mesh, watches it and fuses what is worth it. Ctrl-C ends it.",
        mixinStandardHelpOptions = true)
final class UpCommand implements Runnable {

    @Option(
            names = {"-f", "--file"},
            description = "Compose file (default: ${DEFAULT-VALUE}).",
            defaultValue = "compose.yaml")
    private Path file = Path.of("compose.yaml");

    @Option(
            names = "--mode",
            description = "off, recommend or auto (default: the application's label sinter.dev/mode, else recommend).")
    private String mode = "";

    @Option(names = "--quick", description = "Decides on as little evidence as a demonstration needs.")
    private boolean quick;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        PrintWriter err = spec.commandLine().getErr();
        Application application = ComposeFile.read(file, System.getenv());
        application.warnings().forEach(err::println);
        String wanted = mode.isEmpty() ? application.labels().getOrDefault("sinter.dev/mode", "recommend") : mode;
        Mode policyMode = Mode.of(wanted);
        CleanUp cleanUp = new CleanUp();
        try {
            RunningApplication running = new RunningApplication(
                    application,
                    new Setup(System.getenv()).ensure(line -> say(err, line)),
                    cleanUp,
                    line -> say(err, line));
            SinterServer server = running.start(
                    policyMode, quick ? FusionPolicy.QUICK : FusionPolicy.STEADY, false, line -> say(err, line));
            server.urls().forEach(url -> say(err, "serving at " + url));
            say(err, "running in mode " + wanted + "; Ctrl-C or 'sinter down' ends it");
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            cleanUp.run();
        }
    }

    private static void say(PrintWriter err, String line) {
        err.println(line);
        err.flush();
    }
}
