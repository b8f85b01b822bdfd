package dev.sinter.control.routing;

/**
 * The ports a sidecar keeps for itself, numbered as Istio's.
 *
 * @param outbound takes what iptables redirects from the workload
 * @param inbound takes what iptables redirects to the workload
 * @param stats tells how busy the sidecar is
 * @param adminPort of Envoy's admin interface, on loopback
 */
record Capture(SocketTarget outbound, SocketTarget inbound, SocketTarget stats, int adminPort) {
    static final int STATS_PORT = 15090;

    static Capture asIstio() {
        return new Capture(
                new SocketTarget("0.0.0.0", 15001),
                new SocketTarget("0.0.0.0", 15006),
                new SocketTarget("0.0.0.0", STATS_PORT),
                15000);
    }
}
