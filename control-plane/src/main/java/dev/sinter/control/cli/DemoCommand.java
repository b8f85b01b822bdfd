package dev.sinter.control.cli;

import dev.sinter.control.compose.Application;
import dev.sinter.control.compose.ComposeFile;
import dev.sinter.control.demo.DemoJson;
import dev.sinter.control.demo.DemoResult;
import dev.sinter.control.demo.DemoTable;
import dev.sinter.control.demo.LoadPlan;
import dev.sinter.control.demo.ProgressView;
import dev.sinter.control.server.FusionPolicy;
import dev.sinter.control.server.Mode;
import dev.sinter.control.server.SinterServer;
import dev.sinter.control.setup.Setup;
import dev.sinter.control.setup.SetupResult;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "demo",
        description = "Runs a bundled application in a mesh, fuses it under load, and shows before and after.",
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {

    private enum Format {
        TABLE,
        JSON
    }

    @Parameters(paramLabel = "APP", arity = "0..1", description = "Bundled application (default: ${DEFAULT-VALUE}).")
    private String name = "tree";

    @Option(
            names = {"-o", "--output"},
            description = "${COMPLETION-CANDIDATES}")
    private Format format = Format.TABLE;

    @Option(names = "--keep", description = "Leaves the application running, fused, until Ctrl-C.")
    private boolean keep;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Clock clock = Clock.systemUTC();
        Instant begun = clock.instant();
        Path directory = Path.of(System.getProperty("sinter.home", "."), "e2e-tests", "apps", name);
        if (!Files.exists(directory.resolve("compose.yaml"))) {
            throw new CommandException(
                    "SNT1014", "application: " + name + " (expected: a folder of e2e-tests/apps, such as tree)");
        }
        CleanUp cleanUp = new CleanUp();
        try (ProgressView progress = ProgressView.ofProcess()) {
            progress.step("setting up this machine");
            SetupResult machine = new Setup(System.getenv()).ensure(progress::detail);
            machine.done().forEach(progress::note);
            Application application = ComposeFile.read(directory.resolve("compose.yaml"), System.getenv());
            LoadPlan plan = LoadPlan.read(directory.resolve("load.json"));
            progress.step("building images and starting " + application.name());
            RunningApplication running = new RunningApplication(application, machine, cleanUp, progress::detail);
            running.remove();
            SinterServer server = running.start(Mode.RECOMMEND, FusionPolicy.QUICK, false, progress::detail);
            DemoResult result =
                    new Demonstration(application, plan, server, running.platform(), clock, progress).run(begun, keep);
            progress.step("done");
            print(result);
            if (keep) {
                server.urls().forEach(url -> progress.note("still serving at " + url + ", fused; Ctrl-C ends it"));
                waitForEnd();
            }
            return result.failedRequests() == 0 && result.differingResponses() == 0
                    ? CommandLine.ExitCode.OK
                    : CommandLine.ExitCode.SOFTWARE;
        } finally {
            cleanUp.run();
        }
    }

    private void print(DemoResult result) {
        PrintWriter out = spec.commandLine().getOut();
        switch (format) {
            case TABLE -> out.print(DemoTable.render(result));
            case JSON -> out.println(DemoJson.write(result));
        }
        out.flush();
    }

    private static void waitForEnd() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
