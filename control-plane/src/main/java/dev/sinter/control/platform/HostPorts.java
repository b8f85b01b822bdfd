package dev.sinter.control.platform;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Ports of this host. */
final class HostPorts {

    private HostPorts() {}

    /** Says who is in the way before the engine would, in its own words. */
    static void requireFree(Workload.HostPort port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(port.hostAddress(), port.hostPort()));
        } catch (IOException e) {
            throw new PlatformException(
                    "SNT0612",
                    "port " + port.hostAddress() + ":" + port.hostPort() + ": " + e.getMessage()
                            + " (expected: free, the Compose file publishes it). Maybe another program or another"
                            + " application listens there: stop it, or publish another port.",
                    e);
        }
    }
}
