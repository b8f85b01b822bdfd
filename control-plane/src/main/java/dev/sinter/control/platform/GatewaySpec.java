package dev.sinter.control.platform;

import dev.sinter.control.platform.Workload.HostPort;
import java.util.List;

/**
 * The Envoy through which traffic enters.
 *
 * @param bootstrap Envoy's bootstrap as JSON
 * @param ports where the host listens (port 0: any free one), and the gateway listener's port behind it
 * @param concurrency Envoy worker threads
 */
public record GatewaySpec(String bootstrap, List<HostPort> ports, int concurrency) {

    public GatewaySpec {
        ports = List.copyOf(ports);
    }

    @Override
    public String toString() {
        return "GatewaySpec[ports=" + ports + ", concurrency=" + concurrency + "]";
    }
}
