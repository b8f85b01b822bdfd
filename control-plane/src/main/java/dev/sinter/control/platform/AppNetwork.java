package dev.sinter.control.platform;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Network;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The application's bridge network. Its address on the host is there only while a container runs on it (Podman), so an
 * anchor container stays on it: servers can bind the address before the first workload, and stay reachable throughout.
 */
final class AppNetwork {

    private static final Duration APPEARS = Duration.ofSeconds(5);

    private final DockerClient client;
    private final Containers containers;
    private final SidecarContainer sidecars;
    private final String application;

    AppNetwork(DockerClient client, Containers containers, SidecarContainer sidecars, String application) {
        this.client = client;
        this.containers = containers;
        this.sidecars = sidecars;
        this.application = application;
    }

    static String name(String application) {
        return "sinter-" + application;
    }

    InetAddress ensure() {
        if (find() == null) {
            create();
        }
        ensureAnchor();
        InetAddress gateway = gateway();
        long start = System.nanoTime();
        while (!onThisHost(gateway)) {
            if (System.nanoTime() - start > APPEARS.toNanos()) {
                throw new PlatformException(
                        "SNT0610",
                        "network " + name(application) + ": its gateway " + gateway.getHostAddress()
                                + " is no address of this host (expected: a bridge here, which workloads reach Sinter"
                                + " over). Maybe the engine is rootless or in a virtual machine: use a rootful one by"
                                + " DOCKER_HOST.");
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
        return gateway;
    }

    /** Removes every network of this application. */
    void remove() {
        client.listNetworksCmd().exec().stream()
                .filter(network -> application.equals(label(network)))
                .forEach(network -> {
                    try {
                        client.removeNetworkCmd(network.getId()).exec();
                    } catch (NotFoundException e) {
                        // Gone already.
                    }
                });
    }

    private static @Nullable String label(Network network) {
        Map<String, String> labelMap = network.getLabels();
        return labelMap == null ? null : labelMap.get(Labels.APPLICATION);
    }

    private @Nullable Network find() {
        return client.listNetworksCmd().withNameFilter(name(application)).exec().stream()
                .filter(network -> name(application).equals(network.getName()))
                .findFirst()
                .orElse(null);
    }

    private void create() {
        try {
            client.createNetworkCmd()
                    .withName(name(application))
                    .withDriver("bridge")
                    .withLabels(Map.of(Labels.APPLICATION, application))
                    .exec();
        } catch (ConflictException e) {
            // Another thread was faster.
        }
    }

    private void ensureAnchor() {
        List<Container> containerList = containers.of(Labels.ROLE_ANCHOR);
        String id = containerList.isEmpty()
                ? sidecars.createAnchor(
                        containers.name(Labels.ROLE_ANCHOR, Labels.ROLE_ANCHOR),
                        Map.of(
                                Labels.APPLICATION,
                                application,
                                Labels.WORKLOAD,
                                Labels.ROLE_ANCHOR,
                                Labels.ROLE,
                                Labels.ROLE_ANCHOR))
                : containerList.getFirst().getId();
        containers.start(id);
    }

    private InetAddress gateway() {
        Network network = find();
        if (network != null && network.getIpam().getConfig() != null) {
            for (Network.Ipam.Config config : network.getIpam().getConfig()) {
                String gateway = config.getGateway();
                if (gateway != null && gateway.indexOf('.') > 0) {
                    return address(gateway);
                }
            }
        }
        throw new PlatformException(
                "SNT0610", "network " + name(application) + ": has no IPv4 gateway (expected: one on a bridge).");
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new PlatformException("SNT0610", "gateway " + literal + " (expected: an IPv4 address).", e);
        }
    }

    private static boolean onThisHost(InetAddress address) {
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (IOException e) {
            return false;
        }
    }
}
