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
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** The fixtures' containers: each alone, and all fused. Everything is gone after {@link #close}. */
final class FixtureContainers implements AutoCloseable {

    private static final String APPLICATION = "equivalence";
    private static final String NETWORK = "sinter-equivalence";
    private static final String FUSED_IMAGE = "localhost/sinter/equivalence/fused:latest";
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

    /** @param suite the directory {@code equivalence} */
    static FixtureContainers start(Path suite, Path cache) throws IOException {
        FixtureContainers containers = new FixtureContainers(new Setup(System.getenv()).ensure(System.err::println));
        try {
            containers.startAll(suite, cache);
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

    private void startAll(Path suite, Path cache) throws IOException {
        remove();
        String image = platform.ensureImage(
                        requireNonNull(ComposeFile.read(suite.resolve("compose.yaml"), Map.of())
                                .services()
                                .get("fixtures")),
                        System.err::println)
                .reference();
        client.createNetworkCmd().withName(NETWORK).withDriver("bridge").exec();
        JsonNode fixtures =
                new ObjectMapper().readTree(suite.resolve("fixtures.json").toFile());
        List<Member> members = new ArrayList<>();
        List<LocalPair> local = new ArrayList<>();
        Map<String, String> addresses = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> fixture : fixtures.properties()) {
            List<String> argv = new ObjectMapper()
                    .convertValue(fixture.getValue().path("argv"), new TypeReference<List<String>>() {}).stream()
                            .map(argument -> argument.replace("HOST", "0.0.0.0"))
                            .toList();
            String name = fixture.getKey();
            members.add(
                    new Member(name, "docker-daemon:" + image, new Overrides(null, argv, Map.of(), null, null), PORT));
            if (!name.equals(CALLER)) {
                local.add(new LocalPair(CALLER, name));
            }
            String address = run(name, image, argv, name.equals(CALLER) ? addresses : Map.of());
            addresses.put(name, address);
            alone.put(name, List.of(address, PORT));
        }
        new ImageMerger(MergerSettings.in(cache.resolve("merger")), platform.engineImages())
                .merge(
                        new MergeRequest(APPLICATION, members, local, Tier.IN_PROCESS),
                        "docker-daemon:" + FUSED_IMAGE,
                        MergeProgress.NONE);
        fused = List.of(run("fused", FUSED_IMAGE, List.of(), Map.of()), PORT);
        alone.values().forEach(address -> awaitListening(String.valueOf(address.getFirst()), PORT));
        awaitListening(String.valueOf(fused.getFirst()), PORT);
    }

    private String run(String name, String image, List<String> command, Map<String, String> hosts) {
        HostConfig host = HostConfig.newHostConfig()
                .withNetworkMode(NETWORK)
                .withExtraHosts(hosts.entrySet().stream()
                        .map(entry -> entry.getKey() + ":" + entry.getValue())
                        .toArray(String[]::new))
                .withUlimits(setup.engine().ulimits().stream()
                        .map(ulimit -> new Ulimit(ulimit.name(), ulimit.limit(), ulimit.limit()))
                        .toList());
        CreateContainerCmd create = client.createContainerCmd(image)
                .withName(NETWORK + "-" + name)
                .withLabels(Map.of("sinter.dev/application", APPLICATION))
                .withHostConfig(host);
        if (!command.isEmpty()) {
            create.withCmd(command);
        }
        String id = create.exec().getId();
        client.startContainerCmd(id).exec();
        return requireNonNull(client.inspectContainerCmd(id)
                        .exec()
                        .getNetworkSettings()
                        .getNetworks()
                        .get(NETWORK))
                .getIpAddress();
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

    /** What an earlier run left, too. */
    private void remove() {
        client.listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of("sinter.dev/application", APPLICATION))
                .exec()
                .forEach(container -> client.removeContainerCmd(container.getId())
                        .withForce(true)
                        .exec());
        try {
            client.removeNetworkCmd(NETWORK).exec();
        } catch (NotFoundException e) {
            // There is none.
        }
    }

    @Override
    public void close() {
        remove();
        platform.close();
        try {
            client.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
