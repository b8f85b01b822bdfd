package dev.sinter.e2e.equivalence;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sinter.control.compose.ComposeFile;
import dev.sinter.e2e.containers.HostContainers;
import dev.sinter.merger.ImageMerger;
import dev.sinter.merger.LocalPair;
import dev.sinter.merger.Member;
import dev.sinter.merger.MergeProgress;
import dev.sinter.merger.MergeRequest;
import dev.sinter.merger.MergerSettings;
import dev.sinter.merger.Overrides;
import dev.sinter.merger.Tier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The fixtures' containers: each alone, and all fused. All share the host's network, each on a loopback address of its own: so a
 * function sees its client at 127.0.0.1, as it does behind a sidecar.
 */
final class FixtureContainers implements AutoCloseable {

    private static final String APPLICATION = "equivalence";
    private static final String FUSED = "fused";
    private static final String CALLER = "caller";
    private static final int PORT = 8080;

    private final HostContainers containers = HostContainers.open(APPLICATION, List.of(FUSED));
    private final Map<String, List<Object>> alone = new LinkedHashMap<>();
    private List<Object> fused = List.of();

    private FixtureContainers() {}

    /**
     * @param suite the directory {@code equivalence}
     * @param cache for the merger
     * @param shortly only the fixtures marked so
     */
    static FixtureContainers start(Path suite, Path cache, boolean shortly) throws IOException {
        FixtureContainers containers = new FixtureContainers();
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
        String image = containers
                .platform()
                .ensureImage(
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
            String address = HostContainers.address(members.size() + 1);
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
            containers.run(name, image, argv, environment, name.equals(CALLER) ? addresses : Map.of());
            addresses.put(name, address);
            alone.put(name, List.of(address, PORT));
        }
        new ImageMerger(
                        MergerSettings.in(cache.resolve("merger")),
                        containers.platform().engineImages())
                .merge(
                        new MergeRequest(APPLICATION, members, local, Tier.IN_PROCESS),
                        "docker-daemon:" + containers.image(FUSED),
                        MergeProgress.NONE);
        int port = HostContainers.port();
        int admin = port + 1;
        containers.run(
                FUSED,
                containers.image(FUSED),
                List.of(),
                Map.of("PORT", String.valueOf(port), "SINTER_ADMIN_PORT", String.valueOf(admin)),
                Map.of());
        fused = List.of("127.0.0.1", port);
        alone.values().forEach(address -> HostContainers.awaitListening(String.valueOf(address.getFirst()), PORT));
        HostContainers.awaitReady(admin);
    }

    @Override
    public void close() {
        containers.close();
    }
}
