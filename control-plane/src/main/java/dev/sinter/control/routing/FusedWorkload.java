package dev.sinter.control.routing;

import java.util.List;

/**
 * @param address IP address of the workload
 * @param port the one on which it serves all members
 * @param members functions' names
 */
public record FusedWorkload(String group, String address, int port, List<String> members) {
    public FusedWorkload {
        members = List.copyOf(members);
    }

    /** {@code fused-<group>}. */
    public String workload() {
        return "fused-" + group;
    }
}
