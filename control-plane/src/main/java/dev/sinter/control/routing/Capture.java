package dev.sinter.control.routing;

/** Where a sidecar takes what iptables redirects to it. */
record Capture(SocketTarget outbound, SocketTarget inbound) {
    static Capture asIstio() {
        return new Capture(new SocketTarget("0.0.0.0", 15001), new SocketTarget("0.0.0.0", 15006));
    }
}
