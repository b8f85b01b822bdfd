package dev.sinter.control.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One run of the {@code sinter} program in a process of its own, as a user starts it. */
record Invocation(int exitCode, String out, String err) {

    private static final int LONGEST_MINUTES = 5;

    static Invocation of(Path directory, List<String> arguments) throws IOException, InterruptedException {
        Path out = Files.createTempFile(directory, "stdout", null);
        Path err = Files.createTempFile(directory, "stderr", null);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Sinter.class.getName()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        if (!process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES)) {
            process.destroyForcibly().waitFor();
            throw new IllegalStateException("sinter " + arguments + " did not end:\n" + Files.readString(err));
        }
        return new Invocation(process.exitValue(), Files.readString(out), Files.readString(err));
    }
}
