package dev.sinter.control.platform;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.ContainerPort;
import dev.sinter.control.platform.Workload.HostPort;
import dev.sinter.control.platform.Workload.Role;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads workloads off the containers that make them up. */
final class Workloads {

    private Workloads() {}

    /** @param containerList all containers of one workload; null where its own container is missing */
    static @Nullable Workload of(List<Container> containerList) {
        for (Role role : Role.values()) {
            Container main = Containers.withRole(containerList, label(role));
            if (main != null) {
                return of(role, main, containerList);
            }
        }
        return null;
    }

    static String label(Role role) {
        return switch (role) {
            case FUNCTION -> Labels.ROLE_FUNCTION;
            case FUSED -> Labels.ROLE_FUSED;
            case GATEWAY -> Labels.ROLE_GATEWAY;
        };
    }

    private static Workload of(Role role, Container main, List<Container> containerList) {
        Container sandbox = role == Role.GATEWAY ? main : Containers.withRole(containerList, Labels.ROLE_SIDECAR);
        boolean reachable = sandbox != null && Containers.running(sandbox);
        Map<String, String> labelMap = main.getLabels();
        return new Workload(
                String.valueOf(labelMap.get(Labels.WORKLOAD)),
                role,
                labelMap.get(Labels.GROUP),
                reachable && Containers.running(main),
                reachable ? address(sandbox) : null,
                Readiness.ports(labelMap.getOrDefault(Labels.PORTS, "")),
                role == Role.GATEWAY ? published(main) : List.of(),
                labelMap.getOrDefault(Labels.IMAGE, String.valueOf(main.getImage())),
                labelMap.getOrDefault(Labels.IMAGE_DIGEST, String.valueOf(main.getImageId())));
    }

    private static @Nullable String address(@Nullable Container container) {
        return container == null || container.getNetworkSettings() == null
                ? null
                : address(container.getNetworkSettings().getNetworks().values());
    }

    static @Nullable String address(InspectContainerResponse inspected) {
        return address(inspected.getNetworkSettings().getNetworks().values());
    }

    private static @Nullable String address(Collection<ContainerNetwork> networks) {
        return networks.stream()
                .map(ContainerNetwork::getIpAddress)
                .filter(address -> address != null && !address.isEmpty())
                .findFirst()
                .orElse(null);
    }

    private static List<HostPort> published(Container gateway) {
        ContainerPort[] ports = gateway.getPorts();
        return Arrays.stream(ports == null ? new ContainerPort[0] : ports)
                .filter(port -> port.getPublicPort() != null && port.getPrivatePort() != null)
                .map(port -> new HostPort(
                        Objects.requireNonNullElse(port.getIp(), "0.0.0.0"),
                        port.getPublicPort(),
                        port.getPrivatePort()))
                .distinct()
                .toList();
    }
}
