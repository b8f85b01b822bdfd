package dev.sinter.control.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HostProcessesTest {

    @TempDir
    Path proc;

    private static final String A = "a".repeat(64);
    private static final String B = "b".repeat(64);

    @Test
    void sumsMemoryAndTimeOfEachContainersProcesses() throws IOException {
        process(10, "0::/libpod_parent/libpod-" + A, 1000, times("python3 (x) y", 100, 20, 30, 4));
        process(11, "0::/libpod_parent/libpod-" + A + "/nested", 500, times("sh", 1, 1, 0, 0));
        process(12, "4:memory:/docker/" + B, 7, times("envoy", 0, 0, 0, 0));
        process(13, "0::/system.slice/docker-" + "c".repeat(64) + ".scope", 99, times("other", 9, 9, 9, 9));
        process(14, "0::/user.slice", 99, times("shell", 9, 9, 9, 9));

        assertThat(new HostProcesses(proc).byContainer(Set.of(A, B)))
                .containsEntry(A, new HostProcesses.Sum(1500 * 1024, Duration.ofMillis(1560)))
                .containsEntry(B, new HostProcesses.Sum(7 * 1024, Duration.ZERO))
                .hasSize(2);
    }

    @Test
    void podmansMonitorOfAContainerIsNotTheContainers() throws IOException {
        process(10, "0::/libpod_parent/libpod-conmon-" + A, 1000, times("conmon", 1, 1, 1, 1));

        assertThat(new HostProcesses(proc).byContainer(Set.of(A))).isEmpty();
    }

    @Test
    void aProcessThatMayNotBeReadIsLeftOut() throws IOException {
        process(10, "0::/docker/" + A, 1000, times("a", 1, 1, 1, 1));
        Files.delete(proc.resolve("10/smaps_rollup"));

        assertThat(new HostProcesses(proc).byContainer(Set.of(A))).isEmpty();
    }

    @Test
    void belongsToTheContainerItsControlGroupNames() throws IOException {
        process(10, "0::/libpod_parent/libpod-" + A, 1, times("a", 1, 1, 1, 1));

        HostProcesses processes = new HostProcesses(proc);

        assertThat(processes.isOf(10, A)).isTrue();
        assertThat(processes.isOf(10, B)).isFalse();
        assertThat(processes.isOf(99, A)).isFalse();
        assertThat(processes.isOf(0, A)).isFalse();
    }

    @Test
    void findsThePortsThisProcessListensOn() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String tables = new HostProcesses(Path.of("/proc"))
                    .tcpTables(ProcessHandle.current().pid());

            assertThat(ListeningPorts.parse(tables)).contains(socket.getLocalPort());
        }
    }

    @Test
    void onlyListeningSocketsCount() {
        String table = """
                  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
                   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 90952
                   1: 0100007F:3A99 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0        0 90953
                   2: 00000000000000000000000000000000:3A9E 00000000000000000000000000000000:0000 0A 00000000:00000000
                """;

        assertThat(ListeningPorts.parse(table)).containsExactlyInAnyOrder(8080, 15006);
    }

    private static String times(String name, int user, int system, int childrenUser, int childrenSystem) {
        return "1 (%s) S 1 1 1 0 -1 4194304 1 1 1 1 %d %d %d %d 20 0 1 0 5"
                .formatted(name, user, system, childrenUser, childrenSystem);
    }

    private void process(long pid, String cgroup, long kilobytes, String stat) throws IOException {
        Path directory = Files.createDirectories(proc.resolve(Long.toString(pid)));
        Files.writeString(directory.resolve("cgroup"), "9:name=systemd:/\n" + cgroup + "\n");
        Files.writeString(
                directory.resolve("smaps_rollup"),
                "00400000-7fff rollup\nRss:    99999 kB\nPss:    " + kilobytes + " kB\nPss_Anon:   1 kB\n");
        Files.writeString(directory.resolve("stat"), stat);
    }
}
