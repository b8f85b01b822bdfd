package dev.sinter.e2e.pair;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Proportional set size of processes, as the kernel sees them: pages that several share count for each by its part. */
final class ProportionalSize {

    private static final Pattern PSS = Pattern.compile("(?m)^Pss: +(\\d+) kB");

    private ProportionalSize() {}

    static double mebibytes(List<ProcessHandle> processes) throws IOException {
        long kibibytes = 0;
        for (ProcessHandle process : processes) {
            Matcher size =
                    PSS.matcher(Files.readString(Path.of("/proc", String.valueOf(process.pid()), "smaps_rollup")));
            if (!size.find()) {
                throw new IOException("process " + process.pid() + ": no Pss (expected: one in smaps_rollup)");
            }
            kibibytes += Long.parseLong(size.group(1));
        }
        return kibibytes / 1024.0;
    }
}
