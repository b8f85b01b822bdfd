package dev.sinter.control.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;

/** Finds out what standard error is. */
final class Terminals {

    private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

    private Terminals() {}

    static ProgressView view(PrintStream out, Map<String, String> environment) {
        boolean colours = environment.getOrDefault("NO_COLOR", "").isEmpty();
        InstantSource time = InstantSource.system();
        return isTerminal() && !environment.getOrDefault("TERM", "dumb").equals("dumb")
                ? LiveView.start(out, time, colours)
                : new PlainView(out, time);
    }

    /** Java does not tell; Linux does, and elsewhere plain lines serve. */
    private static boolean isTerminal() {
        try {
            Path target = Files.readSymbolicLink(STANDARD_ERROR);
            return target.startsWith("/dev/pts")
                    || target.toString().startsWith("/dev/tty")
                    || target.toString().equals("/dev/console");
        } catch (IOException e) {
            return false;
        }
    }
}
