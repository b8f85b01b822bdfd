package dev.sinter.e2e.containers;

import static java.util.Objects.requireNonNull;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Ulimit;
import dev.sinter.control.platform.EnginePlatform;
import dev.sinter.control.setup.EngineClient;
import dev.sinter.control.setup.Setup;
import dev.sinter.control.setup.SetupResult;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/**
 * Containers of one run that share the host's network, so that nothing lies between them but loopback. Names and addresses are
 * this run's own. Everything is gone after {@link #close}; what a run left that did not come so far goes with the next one.
 */
public final class HostContainers implements AutoCloseable {

    private static final String RUN = String.valueOf(ProcessHandle.current().pid());
    private static final Duration START = Duration.ofSeconds(90);
    private static final Duration LOOK = Duration.ofMillis(100);

    private final String purpose;
    private final List<String> ownImages;
    private final SetupResult setup;
    private final DockerClient client;
    private final EnginePlatform platform;

    private HostContainers(String purpose, List<String> ownImages, SetupResult setup) {
        this.purpose = purpose;
        this.ownImages = List.copyOf(ownImages);
        this.setup = setup;
        this.client = EngineClient.open(setup.engine().host());
        this.platform = EnginePlatform.open(setup, purpose, System.err::println);
    }

    /**
     * @param purpose a DNS label
     * @param ownImages names of images made for one run, see {@link #image}
     */
    public static HostContainers open(String purpose, List<String> ownImages) {
        HostContainers containers =
                new HostContainers(purpose, ownImages, new Setup(System.getenv()).ensure(System.err::println));
        containers.removeLeftovers();
        return containers;
    }

    public EnginePlatform platform() {
        return platform;
    }

    /** Reference of an image that goes with this run. */
    public String image(String name) {
        return image(name, RUN);
    }

    /** The whole of 127/8 is this machine: each function of each run has an address of its own there. */
    public static String address(int number) {
        long pid = ProcessHandle.current().pid();
        return "127.%d.%d.%d".formatted(1 + pid / 256 % 60, pid % 256, number);
    }

    /** The first of two, below those the kernel hands to outgoing connections, and others for each run. */
    public static int port() {
        return 20_000 + (int) (ProcessHandle.current().pid() % 6_000) * 2;
    }

    /**
     * @param command empty for the image's own
     * @param hosts name → address, for its file of hosts
     * @return the container's id
     */
    public String run(
            String name,
            String image,
            List<String> command,
            Map<String, String> environment,
            Map<String, String> hosts) {
        HostConfig host = HostConfig.newHostConfig()
                .withNetworkMode("host")
                .withExtraHosts(hosts.entrySet().stream()
                        .map(entry -> entry.getKey() + ":" + entry.getValue())
                        .toArray(String[]::new))
                .withUlimits(setup.engine().ulimits().stream()
                        .map(ulimit -> new Ulimit(ulimit.name(), ulimit.limit(), ulimit.limit()))
                        .toList());
        CreateContainerCmd create = client.createContainerCmd(image)
                .withName("sinter-" + purpose + "-" + RUN + "-" + name)
                .withLabels(Map.of(label(), RUN))
                .withEnv(environment.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .toList())
                .withHostConfig(host);
        if (!command.isEmpty()) {
            create.withCmd(command);
        }
        String id = create.exec().getId();
        client.startContainerCmd(id).exec();
        return id;
    }

    /** A container's first process, as the host numbers it. */
    public ProcessHandle process(String id) {
        long pid =
                requireNonNull(client.inspectContainerCmd(id).exec().getState().getPidLong());
        return ProcessHandle.of(pid).orElseThrow();
    }

    public void stop(String id) {
        client.removeContainerCmd(id).withForce(true).exec();
    }

    /** Waits for a fused container's admin port to say so. */
    public static void awaitReady(int admin) {
        Awaitility.await("the fused container is ready")
                .atMost(START)
                .pollInterval(LOOK)
                .ignoreExceptions()
                .until(() -> {
                    HttpURLConnection connection =
                            (HttpURLConnection) URI.create("http://127.0.0.1:" + admin + "/ready")
                                    .toURL()
                                    .openConnection();
                    return connection.getResponseCode() == 200;
                });
    }

    public static void awaitListening(String address, int port) {
        Awaitility.await(address + ":" + port)
                .atMost(START)
                .pollInterval(LOOK)
                .ignoreExceptions()
                .until(() -> {
                    try (Socket socket = new Socket()) {
                        socket.connect(new InetSocketAddress(address, port), 1000);
                        return true;
                    }
                });
    }

    private String label() {
        return "sinter.dev/" + purpose;
    }

    private String image(String name, String run) {
        return "localhost/sinter/" + purpose + "/" + name + ":" + run;
    }

    private void removeLeftovers() {
        client.listContainersCmd().withShowAll(true).withLabelFilter(List.of(label())).exec().stream()
                .map(container -> requireNonNull(container.getLabels().get(label())))
                .distinct()
                .filter(run -> ProcessHandle.of(Long.parseLong(run)).isEmpty())
                .forEach(this::remove);
    }

    private void remove(String run) {
        client.listContainersCmd().withShowAll(true).withLabelFilter(Map.of(label(), run)).exec().stream()
                .map(Container::getId)
                .forEach(this::stop);
        for (String name : ownImages) {
            try {
                client.removeImageCmd(image(name, run)).withForce(true).exec();
            } catch (NotFoundException e) {
                // It did not come so far.
            }
        }
    }

    @Override
    public void close() {
        remove(RUN);
        platform.close();
        try {
            client.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
