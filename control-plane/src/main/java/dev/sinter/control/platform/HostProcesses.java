package dev.sinter.control.platform;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * This host's processes as {@code /proc} shows them, see proc(5). An engine may run elsewhere, so a process counts as a
 * container's only where its control group names that container. Safe for concurrent use.
 */
final class HostProcesses {

    /** Kernel ticks of {@code /proc/PID/stat}: fixed at 100 per second for user space on every Linux. */
    private static final long MILLIS_PER_TICK = 10;

    private final Path proc;

    HostProcesses(Path proc) {
        this.proc = proc;
    }

    /** Memory and processor time of one PID namespace. */
    record Sum(long proportionalBytes, Duration cpu) {
        private Sum plus(Sum other) {
            return new Sum(proportionalBytes + other.proportionalBytes, cpu.plus(other.cpu));
        }
    }

    boolean isOf(long pid, String containerId) {
        return pid > 0 && read(pid, "cgroup").contains(containerId);
    }

    /** What the network namespace of a process listens on. */
    String tcpTables(long pid) {
        return read(pid, "net/tcp") + read(pid, "net/tcp6");
    }

    /** Sums over all processes, by PID namespace; those that may not be read are left out. */
    Map<String, Sum> byNamespace() {
        Map<String, Sum> sumMap = new HashMap<>();
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path directory : directories) {
                long pid = Long.parseLong(directory.getFileName().toString());
                String namespace = namespace(pid);
                Sum sum = namespace == null ? null : sum(pid);
                if (namespace != null && sum != null) {
                    sumMap.merge(namespace, sum, Sum::plus);
                }
            }
        } catch (IOException e) {
            return Map.of();
        }
        return sumMap;
    }

    @Nullable
    String namespace(long pid) {
        try {
            return Files.readSymbolicLink(proc.resolve(pid + "/ns/pid")).toString();
        } catch (IOException e) {
            return null;
        }
    }

    private @Nullable Sum sum(long pid) {
        String rollup = read(pid, "smaps_rollup");
        String stat = read(pid, "stat");
        int afterName = stat.lastIndexOf(')');
        if (rollup.isEmpty() || afterName < 0) {
            return null;
        }
        long kilobytes = rollup.lines()
                .filter(line -> line.startsWith("Pss:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
        // Fields 14 to 17 of stat(5): utime, stime, and those of children waited for; field 3 follows the name.
        String[] field = stat.substring(afterName + 2).split(" ", -1);
        long ticks = 0;
        for (int i = 11; i <= 14; i++) {
            ticks += Long.parseLong(field[i]);
        }
        return new Sum(kilobytes * 1024, Duration.ofMillis(ticks * MILLIS_PER_TICK));
    }

    private String read(long pid, String file) {
        try {
            return Files.readString(proc.resolve(Long.toString(pid)).resolve(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }
}
