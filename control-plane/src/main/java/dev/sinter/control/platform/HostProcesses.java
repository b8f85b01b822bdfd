package dev.sinter.control.platform;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * This host's processes as {@code /proc} shows them, see proc(5). An engine may run elsewhere, so a process counts as a
 * container's only where its control group names that container. Safe for concurrent use.
 */
final class HostProcesses {

    /** Kernel ticks of {@code /proc/PID/stat}: fixed at 100 per second for user space on every Linux. */
    private static final long MILLIS_PER_TICK = 10;

    /** A container's id in a control group's path, but not Podman's monitor of that container. */
    private static final Pattern CONTAINER = Pattern.compile("(?<!conmon-)(?<![0-9a-f])([0-9a-f]{64})(?![0-9a-f])");

    private final Path proc;

    HostProcesses(Path proc) {
        this.proc = proc;
    }

    /** Memory and processor time of one container. */
    record Sum(long proportionalBytes, Duration cpu) {
        private Sum plus(Sum other) {
            return new Sum(proportionalBytes + other.proportionalBytes, cpu.plus(other.cpu));
        }
    }

    boolean isOf(long pid, String containerId) {
        return pid > 0 && containerId.equals(container(pid));
    }

    /** What the network namespace of a process listens on. */
    String tcpTables(long pid) {
        return read(pid, "net/tcp") + read(pid, "net/tcp6");
    }

    /** Sums over the processes of each container that is seen; processes that may not be read are left out. */
    Map<String, Sum> byContainer(Set<String> containerIds) {
        Map<String, Sum> sumMap = new HashMap<>();
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path directory : directories) {
                long pid = Long.parseLong(directory.getFileName().toString());
                String id = container(pid);
                Sum sum = id == null || !containerIds.contains(id) ? null : sum(pid);
                if (id != null && sum != null) {
                    sumMap.merge(id, sum, Sum::plus);
                }
            }
        } catch (IOException e) {
            return Map.of();
        }
        return sumMap;
    }

    private @Nullable String container(long pid) {
        Matcher matcher = CONTAINER.matcher(read(pid, "cgroup"));
        return matcher.find() ? matcher.group(1) : null;
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
