package dev.sinter.e2e.equivalence;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Ulimit;
import dev.sinter.control.compose.ComposeFile;
import dev.sinter.control.platform.EnginePlatform;
import dev.sinter.control.setup.EngineClient;
import dev.sinter.control.setup.Setup;
import dev.sinter.control.setup.SetupResult;
import dev.sinter.merger.ImageMerger;
import dev.sinter.merger.LocalPair;
import dev.sinter.merger.Member;
import dev.sinter.merger.MergeProgress;
import dev.sinter.merger.MergeRequest;
import dev.sinter.merger.MergerSettings;
import dev.sinter.merger.Overrides;
import dev.sinter.merger.Tier;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/**
 * The fixtures' containers: each alone, and all fused. Everything is gone after {@link #close}, and what a run left that did not
 * come so far with the next one. All share the host's network, each on a loopback address of its own: so a function sees its
 * client at 127.0.0.1, as it does behind a sidecar. Names and addresses are this run's own.
 */
final class FixtureContainers implements AutoCloseable {

    private static final String APPLICATION = "equivalence";
    private static final String LABEL = "sinter.dev/equivalence";
    private static final String RUN = String.valueOf(ProcessHandle.current().pid());
    private static final String FUSED_IMAGE = "localhost/sinter/equivalence/fused:" + RUN;
    private static final String CALLER = "caller";
    private static final int PORT = 8080;
    private static final Duration START = Duration.ofSeconds(90);

    private final SetupResult setup;
    private final DockerClient client;
    private final EnginePlatform platform;
    private final Map<String, List<Object>> alone = new LinkedHashMap<>();
    private List<Object> fused = List.of();

    private FixtureContainers(SetupResult setup) {
        this.setup = setup;
        this.client = EngineClient.open(setup.engine().host());
        this.platform = EnginePlatform.open(setup, APPLICATION, System.err::println);
    }

    /**
     * @param suite the directory {@code equivalence}
     * @param cache for the merger
     * @param shortly only the fixtures marked so
     */
    static FixtureContainers start(Path suite, Path cache, boolean shortly) throws IOException {
        FixtureContainers containers = new FixtureContainers(new Setup(System.getenv()).ensure(System.err::println));
        try {
            containers.startAll(suite, cache, shortly);
            return containers;
        } catch (IOException | RuntimeException e) {
            containers.close();
            throw e;
        }
    }

    /** Fixture → [address, port] of its container. */
    Map<String, List<Object>> alone() {
        return Map.copyOf(alone);
    }

    /** [address, port] of the fused container. */
    List<Object> fused() {
        return fused;
    }

    private void startAll(Path suite, Path cache, boolean shortly) throws IOException {
        removeLeftovers();
        String image = platform.ensureImage(
                        requireNonNull(ComposeFile.read(suite.resolve("compose.yaml"), Map.of())
                                .services()
                                .get("fixtures")),
                        System.err::println)
                .reference();
        JsonNode fixtures =
                new ObjectMapper().readTree(suite.resolve("fixtures.json").toFile());
        List<Member> members = new ArrayList<>();
        List<LocalPair> local = new ArrayList<>();
        Map<String, String> addresses = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> fixture : fixtures.properties()) {
            if (shortly && !fixture.getValue().path("short").asBoolean()) {
                continue;
            }
            String address = address(members.size() + 1);
            List<String> argv = new ObjectMapper()
                    .convertValue(fixture.getValue().path("argv"), new TypeReference<List<String>>() {}).stream()
                            .map(argument -> argument.replace("HOST", address))
                            .toList();
            String name = fixture.getKey();
            Map<String, String> environment = Map.of("HOST", address);
            members.add(new Member(
                    name, "docker-daemon:" + image, new Overrides(null, argv, environment, null, null), PORT));
            if (!name.equals(CALLER)) {
                local.add(new LocalPair(CALLER, name));
            }
            run(name, image, argv, environment, name.equals(CALLER) ? addresses : Map.of());
            addresses.put(name, address);
            alone.put(name, List.of(address, PORT));
        }
        new ImageMerger(MergerSettings.in(cache.resolve("merger")), platform.engineImages())
                .merge(
                        new MergeRequest(APPLICATION, members, local, Tier.IN_PROCESS),
                        "docker-daemon:" + FUSED_IMAGE,
                        MergeProgress.NONE);
        int port = port();
        int admin = port + 1;
        run(
                "fused",
                FUSED_IMAGE,
                List.of(),
                Map.of("PORT", String.valueOf(port), "SINTER_ADMIN_PORT", String.valueOf(admin)),
                Map.of());
        fused = List.of("127.0.0.1", port);
        alone.values().forEach(address -> awaitListening(String.valueOf(address.getFirst()), PORT));
        awaitReady(admin);
    }

    /** The whole of 127/8 is this machine: each function of each run has an address of its own there. */
    private static String address(int number) {
        long pid = ProcessHandle.current().pid();
        return "127.%d.%d.%d".formatted(1 + pid / 256 % 60, pid % 256, number);
    }

    /** The first of two, below those the kernel hands to outgoing connections, and others for each run. */
    private static int port() {
        return 20_000 + (int) (ProcessHandle.current().pid() % 6_000) * 2;
    }

    private void run(
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
                .withName("sinter-equivalence-" + RUN + "-" + name)
                .withLabels(Map.of(LABEL, RUN))
                .withEnv(environment.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .toList())
                .withHostConfig(host);
        if (!command.isEmpty()) {
            create.withCmd(command);
        }
        client.startContainerCmd(create.exec().getId()).exec();
    }

    private void awaitReady(int admin) {
        Awaitility.await("the fused container is ready")
                .atMost(START)
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptions()
                .until(() -> {
                    HttpURLConnection connection =
                            (HttpURLConnection) URI.create("http://127.0.0.1:" + admin + "/ready")
                                    .toURL()
                                    .openConnection();
                    return connection.getResponseCode() == 200;
                });
    }

    private static void awaitListening(String address, int port) {
        Awaitility.await(address + ":" + port)
                .atMost(START)
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptions()
                .until(() -> {
                    try (Socket socket = new Socket()) {
                        socket.connect(new InetSocketAddress(address, port), 1000);
                        return true;
                    }
                });
    }

    private void removeLeftovers() {
        client.listContainersCmd().withShowAll(true).withLabelFilter(List.of(LABEL)).exec().stream()
                .map(container -> requireNonNull(container.getLabels().get(LABEL)))
                .distinct()
                .filter(run -> ProcessHandle.of(Long.parseLong(run)).isEmpty())
                .forEach(this::remove);
    }

    private void remove(String run) {
        client.listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of(LABEL, run))
                .exec()
                .forEach(container -> client.removeContainerCmd(container.getId())
                        .withForce(true)
                        .exec());
        try {
            client.removeImageCmd("localhost/sinter/equivalence/fused:" + run)
                    .withForce(true)
                    .exec();
        } catch (NotFoundException e) {
            // It did not come so far.
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
