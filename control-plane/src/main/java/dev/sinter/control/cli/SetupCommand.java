package dev.sinter.control.cli;

import dev.sinter.control.setup.Setup;
import dev.sinter.control.setup.SetupResult;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "setup",
        description = "Finds or brings Envoy, a container engine and the base image, and says what it did.",
        mixinStandardHelpOptions = true)
final class SetupCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        PrintWriter err = spec.commandLine().getErr();
        SetupResult result = new Setup(System.getenv()).ensure(line -> {
            err.println(line);
            err.flush();
        });
        PrintWriter out = spec.commandLine().getOut();
        result.done().forEach(out::println);
        out.flush();
    }
}
