package dev.sinter.control.setup;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs programs of this machine, bounded in time and in what is kept of their output. Safe for concurrent use. */
public final class Commands {

    private static final int KEPT_OUTPUT_BYTES = 32 * 1024;

    /** Exit status of a program that did not end in time, as {@code timeout(1)} gives it. */
    public static final int TIMED_OUT = 124;

    /** Exit status of a program that could not be started, as shells give it. */
    public static final int NOT_FOUND = 127;

    /**
     * How a program ended.
     *
     * @param output the last 32 KiB of standard output and error together
     */
    public record Finished(int exitStatus, String output) {
        public boolean ok() {
            return exitStatus == 0;
        }

        /** The last lines of the output, for a message. */
        public String tail(int lines) {
            List<String> lineList = output.strip().lines().toList();
            return String.join("\n", lineList.subList(Math.max(0, lineList.size() - lines), lineList.size()));
        }
    }

    /** @param environment added to this process's own */
    public Finished run(Duration timeout, Map<String, String> environment, List<String> argv) {
        ProcessBuilder builder = new ProcessBuilder(argv).redirectErrorStream(true);
        builder.redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
        builder.environment().putAll(environment);
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            return new Finished(NOT_FOUND, String.valueOf(e.getMessage()));
        }
        CompletableFuture<String> output = new CompletableFuture<>();
        Thread.ofVirtual().name("output of " + argv.getFirst()).start(() -> output.complete(lastOf(process)));
        try {
            if (process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                return new Finished(process.exitValue(), output.get(5, TimeUnit.SECONDS));
            }
            kill(process);
            return new Finished(TIMED_OUT, output.getNow("") + "\nno end after " + timeout.toSeconds() + " s");
        } catch (InterruptedException e) {
            kill(process);
            Thread.currentThread().interrupt();
            return new Finished(TIMED_OUT, "interrupted");
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            return new Finished(process.isAlive() ? TIMED_OUT : process.exitValue(), output.getNow(""));
        }
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private static String lastOf(Process process) {
        byte[] kept = new byte[0];
        try (InputStream in = process.getInputStream()) {
            byte[] buffer = new byte[8192];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                byte[] joined = Arrays.copyOf(kept, kept.length + read);
                System.arraycopy(buffer, 0, joined, kept.length, read);
                kept = Arrays.copyOfRange(joined, Math.max(0, joined.length - KEPT_OUTPUT_BYTES), joined.length);
            }
        } catch (IOException e) {
            // The process was killed; what was read so far is what there is.
        }
        return new String(kept, StandardCharsets.UTF_8);
    }
}
