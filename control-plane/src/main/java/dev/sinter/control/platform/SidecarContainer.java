package dev.sinter.control.platform;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import dev.sinter.control.setup.EngineEndpoint.Ulimit;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Creates the containers that run Envoy. A sidecar owns its pod's network namespace: it is there before the function. */
final class SidecarContainer {

    private static final String BOOTSTRAP = "/etc/sinter-bootstrap.json";
    private static final int OWNER_READS = 0100400;

    private final DockerClient client;
    private final String image;
    private final String network;
    private final List<Ulimit> ulimits;

    SidecarContainer(DockerClient client, String image, String network, List<Ulimit> ulimits) {
        this.client = client;
        this.image = image;
        this.network = network;
        this.ulimits = ulimits;
    }

    /** @param extraHosts host name → address, beside the functions' virtual addresses */
    String create(String name, Map<String, String> labels, SidecarSpec spec, Map<String, String> extraHosts) {
        List<String> hostList = new ArrayList<>();
        spec.virtualAddresses().forEach((function, address) -> hostList.add(function + ":" + address));
        extraHosts.forEach((host, address) -> hostList.add(host + ":" + address));
        String ports = spec.capturedPorts().stream().map(String::valueOf).collect(Collectors.joining(" "));
        // iptables needs the first two, giving up root the others; Envoy itself keeps none.
        CreateContainerCmd command = envoy(
                name,
                labels,
                spec.concurrency(),
                host().withExtraHosts(hostList.stream().sorted().toArray(String[]::new))
                        .withCapAdd(
                                Capability.NET_ADMIN,
                                Capability.NET_RAW,
                                Capability.SETUID,
                                Capability.SETGID,
                                Capability.SETPCAP));
        return withBootstrap(command.withEnv("SINTER_CAPTURED_PORTS=" + ports), spec.bootstrap());
    }

    String createGateway(String name, Map<String, String> labels, GatewaySpec spec) {
        List<PortBinding> bindingList = new ArrayList<>();
        List<ExposedPort> exposedList = new ArrayList<>();
        for (Workload.HostPort port : spec.ports()) {
            ExposedPort exposed = ExposedPort.tcp(port.containerPort());
            exposedList.add(exposed);
            String hostPort = port.hostPort() == 0 ? "" : Integer.toString(port.hostPort());
            bindingList.add(new PortBinding(new Ports.Binding(port.hostAddress(), hostPort), exposed));
        }
        HostConfig host = host().withPortBindings(bindingList)
                .withCapAdd(Capability.SETUID, Capability.SETGID, Capability.SETPCAP);
        CreateContainerCmd command =
                envoy(name, labels, spec.concurrency(), host).withExposedPorts(exposedList);
        return withBootstrap(command, spec.bootstrap());
    }

    /** A container that only keeps the network up. */
    String createAnchor(String name, Map<String, String> labels) {
        return client.createContainerCmd(image)
                .withName(name)
                .withLabels(labels)
                .withHostConfig(host())
                .withUser(Integer.toString(SidecarImage.ENVOY_USER))
                .withEntrypoint("sleep", "infinity")
                .exec()
                .getId();
    }

    private HostConfig host() {
        return HostConfig.newHostConfig()
                .withNetworkMode(network)
                .withCapDrop(Capability.ALL)
                .withUlimits(MainContainer.docker(ulimits));
    }

    private CreateContainerCmd envoy(String name, Map<String, String> labels, int concurrency, HostConfig host) {
        return client.createContainerCmd(image)
                .withName(name)
                .withLabels(labels)
                .withHostConfig(host)
                .withCmd(
                        SidecarImage.ENVOY,
                        "--config-path",
                        BOOTSTRAP,
                        "--concurrency",
                        Integer.toString(concurrency),
                        "--disable-hot-restart",
                        "--log-level",
                        "warning");
    }

    /** The file is inside before the first start: Envoy's user alone may read it, and no host path holds its token. */
    private String withBootstrap(CreateContainerCmd command, String bootstrap) {
        String id = command.exec().getId();
        try {
            client.copyArchiveToContainerCmd(id)
                    .withRemotePath("/etc")
                    .withTarInputStream(new ByteArrayInputStream(archive(bootstrap)))
                    .exec();
            return id;
        } catch (IOException | RuntimeException e) {
            client.removeContainerCmd(id).withForce(true).exec();
            throw new PlatformException(
                    "SNT0601", command.getName() + ": " + e.getMessage() + " (expected: takes Envoy's bootstrap).", e);
        }
    }

    private static byte[] archive(String bootstrap) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream out = new TarArchiveOutputStream(bytes)) {
            byte[] content = bootstrap.getBytes(StandardCharsets.UTF_8);
            TarArchiveEntry entry = new TarArchiveEntry("sinter-bootstrap.json");
            entry.setSize(content.length);
            entry.setMode(OWNER_READS);
            entry.setIds(SidecarImage.ENVOY_USER, SidecarImage.ENVOY_USER);
            out.putArchiveEntry(entry);
            out.write(content);
            out.closeArchiveEntry();
        }
        return bytes.toByteArray();
    }
}
