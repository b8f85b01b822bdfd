package dev.sinter.control.platform;

import java.util.List;
import java.util.Map;

/**
 * The Envoy beside a workload, and the network it captures. Envoy runs as user 1337: what the workload's container
 * sends to 240.240.0.0/16 reaches Envoy on port 15001, what others send to {@code capturedPorts} reaches it on 15006.
 *
 * @param bootstrap Envoy's bootstrap as JSON; may hold a token, so it is copied in readable for Envoy only
 * @param capturedPorts container ports whose inbound traffic goes through Envoy
 * @param virtualAddresses function name → its address in 240.240.0.0/16, as every container here resolves it
 * @param concurrency Envoy worker threads
 */
public record SidecarSpec(
        String bootstrap, List<Integer> capturedPorts, Map<String, String> virtualAddresses, int concurrency) {

    public SidecarSpec {
        capturedPorts = List.copyOf(capturedPorts);
        virtualAddresses = Map.copyOf(virtualAddresses);
    }

    @Override
    public String toString() {
        return "SidecarSpec[capturedPorts=" + capturedPorts + ", virtualAddresses=" + virtualAddresses
                + ", concurrency=" + concurrency + "]";
    }
}
