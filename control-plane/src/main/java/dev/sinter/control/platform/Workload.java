package dev.sinter.control.platform;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One running or stopped workload as the engine knows it.
 *
 * @param group fusion group it serves; only of {@code FUSED}
 * @param running whether its own process and its proxy run
 * @param address its proxy's on the application's network; null while that is stopped. One with an address that does not run
 *     is being started again by the engine: its proxy takes requests and holds them until then.
 * @param ports container ports whose inbound traffic the sidecar captures, ascending; for the gateway its listeners'
 * @param publishedPorts for the gateway: where the host listens for each of {@code ports}; empty for others
 * @param image reference it was started from
 * @param imageDigest what that reference stood for then, {@code sha256:…}
 */
public record Workload(
        String name,
        Role role,
        @Nullable String group,
        boolean running,
        @Nullable String address,
        List<Integer> ports,
        List<HostPort> publishedPorts,
        String image,
        String imageDigest) {

    public Workload {
        ports = List.copyOf(ports);
        publishedPorts = List.copyOf(publishedPorts);
    }

    /** Whether requests can be sent to it: its proxy runs. */
    public boolean reachable() {
        return address != null;
    }

    /** What a workload is for; in lower case it is the value of the label {@code sinter.dev/role}. */
    public enum Role {
        FUNCTION,
        FUSED,
        GATEWAY
    }

    /** A port of the host and the container port behind it. */
    public record HostPort(String hostAddress, int hostPort, int containerPort) {}
}
