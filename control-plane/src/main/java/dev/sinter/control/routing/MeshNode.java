package dev.sinter.control.routing;

import java.util.List;

/**
 * A proxy that should be connected.
 *
 * @param workload its name: the function's, {@code fused-<group>} or {@code gateway}
 * @param appPorts whose inbound traffic is captured; none for the gateway
 */
public record MeshNode(String workload, Role role, List<Integer> appPorts) {
    /** What a proxy stands in front of. */
    public enum Role {
        FUNCTION,
        FUSED,
        GATEWAY
    }

    public MeshNode {
        appPorts = List.copyOf(appPorts);
    }

    /** The Envoy node id, {@code <application>/<workload>}. */
    public String id(String application) {
        return application + "/" + workload;
    }
}
