package dev.sinter.e2e.pair;

import static java.util.Objects.requireNonNull;

import dev.sinter.control.compose.Application;
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
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The pair's containers, on the host's network: one way at a time. */
final class PairContainers implements AutoCloseable {

    static final int PORT = HostContainers.port();

    private static final String LOOPBACK = "127.0.0.1";
    private static final int OTHER_PORT = PORT + 1;

    private final HostContainers containers;
    private final ImageMerger merger;
    private final String a;
    private final String b;
    private final Set<String> merged = new HashSet<>();

    /**
     * @param compose names the functions' images, which are built
     * @param works for which the pair will be fused
     * @param cache for the merger
     */
    PairContainers(Path compose, List<Work> works, Path cache) {
        containers = HostContainers.open(
                "pair",
                works.stream()
                        .flatMap(work -> Stream.of(Tier.IN_PROCESS, Tier.FORKED).map(tier -> name(work, tier)))
                        .toList());
        merger = new ImageMerger(MergerSettings.in(cache), containers.platform().engineImages());
        Application application = ComposeFile.read(compose, Map.of());
        a = image(application, "a");
        b = image(application, "b");
    }

    private String image(Application application, String function) {
        return containers
                .platform()
                .ensureImage(requireNonNull(application.services().get(function)), System.err::println)
                .reference();
    }

    /** Starts the pair, ready to serve on {@link #PORT}; returns its containers. */
    List<String> run(Work work, Way way) {
        Tier tier = way.tier();
        return tier == null ? runAlone(work) : List.of(runFused(work, tier));
    }

    /** The processes of a container. */
    List<ProcessHandle> processes(String id) {
        ProcessHandle first = containers.process(id);
        return Stream.concat(Stream.of(first), first.descendants()).toList();
    }

    void stop(List<String> ids) {
        ids.forEach(containers::stop);
    }

    private List<String> runAlone(Work work) {
        Map<String, String> ofA = new HashMap<>(work.environment());
        ofA.put("HOST", LOOPBACK);
        ofA.put("PORT", String.valueOf(PORT));
        ofA.put("CALLEE", LOOPBACK + ":" + OTHER_PORT);
        List<String> serveB = List.of("gunicorn", "-b", LOOPBACK + ":" + OTHER_PORT, "--threads", "4", "app:app");
        List<String> ids = List.of(
                containers.run("a", a, List.of(), ofA, Map.of()),
                containers.run("b", b, serveB, work.environment(), Map.of()));
        HostContainers.awaitListening(LOOPBACK, PORT);
        HostContainers.awaitListening(LOOPBACK, OTHER_PORT);
        return ids;
    }

    private String runFused(Work work, Tier tier) {
        String name = name(work, tier);
        String image = containers.image(name);
        if (merged.add(name)) {
            merger.merge(
                    new MergeRequest(
                            "pair",
                            List.of(member("a", a, work), member("b", b, work)),
                            List.of(new LocalPair("a", "b")),
                            tier,
                            tier),
                    "docker-daemon:" + image,
                    MergeProgress.NONE);
        }
        Map<String, String> environment =
                Map.of("PORT", String.valueOf(PORT), "SINTER_ADMIN_PORT", String.valueOf(OTHER_PORT));
        String id = containers.run("fused", image, List.of(), environment, Map.of());
        HostContainers.awaitReady(OTHER_PORT);
        return id;
    }

    private static Member member(String name, String image, Work work) {
        return new Member(
                name, "docker-daemon:" + image, new Overrides(null, null, work.environment(), null, null), 8080);
    }

    private static String name(Work work, Tier tier) {
        return tier.name().toLowerCase(Locale.ROOT) + "-" + work.name();
    }

    @Override
    public void close() {
        containers.close();
    }
}
