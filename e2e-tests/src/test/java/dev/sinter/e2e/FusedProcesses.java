package dev.sinter.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** The processes of a fused workload, as the host sees them. */
final class FusedProcesses {

    private FusedProcesses() {}

    /** In the order they were started. */
    static List<ProcessHandle> of(String application, String group) {
        String identity = "SINTER_NODE_ID=" + application + "/fused-" + group;
        return ProcessHandle.allProcesses()
                .filter(process -> environment(process).contains(identity))
                .sorted(Comparator.comparingLong(ProcessHandle::pid))
                .toList();
    }

    private static List<String> environment(ProcessHandle process) {
        try {
            Path file = Path.of("/proc", Long.toString(process.pid()), "environ");
            return List.of(Files.readString(file, StandardCharsets.ISO_8859_1).split("\0"));
        } catch (IOException e) {
            return List.of();
        }
    }
}
