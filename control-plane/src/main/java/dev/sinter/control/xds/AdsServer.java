package dev.sinter.control.xds;

import io.envoyproxy.controlplane.server.DefaultExecutorGroup;
import io.envoyproxy.controlplane.server.V3DiscoveryServer;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Gives every Envoy its configuration over one aggregated stream (state of the world, xDS v3) and knows who has taken what.
 * The node id of an Envoy's bootstrap decides what it gets. Thread-safe.
 */
public final class AdsServer implements AutoCloseable {
    private static final int MAX_REQUEST_BYTES = 1 << 20;

    private final Server server;
    private final Snapshots snapshots;
    private final Counters counters;

    private AdsServer(Server server, Snapshots snapshots, Counters counters) {
        this.server = server;
        this.snapshots = snapshots;
        this.counters = counters;
    }

    /**
     * @param addresses where to listen, all or none; port 0 picks one
     * @param token what every Envoy must send as {@code x-sinter-token}
     * @throws XdsException SNT0701 if an address cannot be listened on
     */
    public static AdsServer start(List<InetSocketAddress> addresses, String token, Clock clock) {
        if (addresses.isEmpty() || token.isEmpty()) {
            throw new IllegalArgumentException("addresses and token: empty (expected: at least one address, a secret)");
        }
        Counters counters = new Counters();
        Snapshots snapshots = new Snapshots(clock, counters);
        StreamGate gate = new StreamGate(token, snapshots, counters, clock);
        V3DiscoveryServer discovery =
                new V3DiscoveryServer(List.of(gate), snapshots, new DefaultExecutorGroup(), new PackedSerializer());
        NettyServerBuilder builder = NettyServerBuilder.forAddress(addresses.getFirst());
        addresses.stream().skip(1).forEach(builder::addListenAddress);
        Server server = builder.addService(discovery.getAggregatedDiscoveryServiceImpl())
                .intercept(gate)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .maxInboundMessageSize(MAX_REQUEST_BYTES)
                .maxConcurrentCallsPerConnection(16)
                .keepAliveTime(30, TimeUnit.SECONDS)
                .keepAliveTimeout(10, TimeUnit.SECONDS)
                .permitKeepAliveTime(1, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .build();
        try {
            server.start();
        } catch (IOException e) {
            throw new XdsException(
                    "SNT0701",
                    "ADS server: cannot listen on " + addresses + " (" + e.getMessage()
                            + "). Maybe another sinter server is running, or an address is not this machine's.",
                    e);
        }
        return new AdsServer(server, snapshots, counters);
    }

    /** Where it listens, with the ports chosen. */
    public List<InetSocketAddress> addresses() {
        return server.getListenSockets().stream()
                .map(address -> (InetSocketAddress) address)
                .toList();
    }

    /** Makes this what the node is to have, now and whenever it connects. Returns before the node has answered. */
    public void publish(String nodeId, NodeResources resources) {
        snapshots.publish(nodeId, resources);
    }

    /** Forgets a node. If it is still connected it keeps what it has. */
    public void withdraw(String nodeId) {
        snapshots.withdraw(nodeId);
    }

    /**
     * Waits until all nodes have what is published for them in force, one refuses, or time is up. A route change is in force
     * in an Envoy's workers within its next event loop turn after the ACK.
     */
    public AckReport awaitAcked(Set<String> nodeIds, Duration timeout) throws InterruptedException {
        return snapshots.awaitAcked(nodeIds, timeout);
    }

    /** Connected nodes by id. */
    public Map<String, NodeStatus> nodes() {
        return snapshots.nodes();
    }

    public AdsCounters counters() {
        return counters.read();
    }

    /** Ends all streams. Every Envoy goes on with what it has. */
    @Override
    public void close() {
        server.shutdownNow();
        boolean interrupted = false;
        try {
            server.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
