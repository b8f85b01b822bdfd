package dev.sinter.e2e.pair;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The load generator of Debian's package {@code wrk}. */
final class Wrk {

    private static final int CONNECTIONS = 8;
    private static final Pattern RATE = Pattern.compile("Requests/sec: +([0-9.]+)");

    private Wrk() {}

    static void ensure() throws IOException, InterruptedException {
        try {
            run(List.of("wrk", "--version"), 1);
        } catch (IOException missing) {
            run(List.of("apt-get", "update", "-q"), 0);
            run(List.of("apt-get", "install", "-y", "-q", "--no-install-recommends", "wrk"), 0);
        }
    }

    /** Requests a second that function a answers, all of them well. */
    static double rate(int port, int seconds) throws IOException, InterruptedException {
        String text = run(
                List.of(
                        "wrk",
                        "-t1",
                        "-c" + CONNECTIONS,
                        "-d" + seconds + "s",
                        "--timeout",
                        "20s",
                        "-HHost: a",
                        "http://127.0.0.1:" + port + "/"),
                0);
        Matcher rate = RATE.matcher(text);
        if (text.contains("Non-2xx") || text.contains("Socket errors") || !rate.find()) {
            throw new IllegalStateException("wrk: " + text + " (expected: answers only).");
        }
        return Double.parseDouble(rate.group(1));
    }

    private static String run(List<String> command, int expected) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        if (code != expected) {
            throw new IllegalStateException(
                    String.join(" ", command) + ": exit code " + code + " (expected: " + expected + "). " + text);
        }
        return text;
    }
}
