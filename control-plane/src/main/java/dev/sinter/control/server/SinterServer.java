package dev.sinter.control.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.sinter.collector.Collector;
import dev.sinter.collector.CollectorConfig;
import dev.sinter.collector.otlp.IngestToken;
import dev.sinter.control.api.ApiServer;
import dev.sinter.control.api.ControlApi;
import dev.sinter.control.api.ServerEndpoint;
import dev.sinter.control.compose.Application;
import dev.sinter.control.lifecycle.GroupDriver;
import dev.sinter.control.lifecycle.GroupState;
import dev.sinter.control.lifecycle.GroupStatus;
import dev.sinter.control.offline.GraphJson;
import dev.sinter.control.offline.PlanJson;
import dev.sinter.control.platform.Platform;
import dev.sinter.control.platform.Workload;
import dev.sinter.control.routing.Drain;
import dev.sinter.control.routing.EnvoyRouter;
import dev.sinter.control.routing.MeshNode;
import dev.sinter.control.store.H2GroupStore;
import dev.sinter.control.xds.AdsServer;
import dev.sinter.merger.CompatibilityReport;
import dev.sinter.merger.ImageMerger;
import dev.sinter.merger.MergeProgress;
import dev.sinter.merger.MergeRequest;
import dev.sinter.merger.Tier;
import dev.sinter.planner.solve.FusionSolver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one application inside the mesh and fuses it: wires collector, planner, merger, mesh, platform and store, and
 * starts and stops them in order.
 *
 * <p>Started on an application that already runs, it adopts what is there and goes on with what was under way.
 */
public final class SinterServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SinterServer.class);

    /** Envoy flushes spans every second; one more for the way. */
    private static final Duration LATENESS = Duration.ofSeconds(2);

    private static final Duration RETENTION = Duration.ofMinutes(15);
    private static final long TURN_SECONDS = 2;

    /** A workload has one size for so long that the next one is decided by what it did with it. */
    private static final int SIZE_COOLING_WINDOWS = 5;

    private static final Duration LONGEST_DRAIN = Duration.ofSeconds(30);

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final Clock clock;
    private final Platform platform;
    private final World world;
    private final boolean continues;
    private final H2GroupStore store;
    private final MeshControl mesh;
    private final GroupDriver driver;
    private final FusionLoop loop;
    private final Collector collector;
    private final AppliedSizes appliedSizes;
    private final Sizing sizing;
    private final UsageHistory usage = new UsageHistory();
    private final Mode mode;
    private final Path stateDirectory;
    private final Consumer<String> progress;
    private volatile boolean closing;

    /**
     * Opens everything that listens or remembers; runs nothing yet.
     *
     * @param stateDirectory of this application
     * @param progress is told of long steps, one line each
     */
    public SinterServer(
            Application application,
            Platform platform,
            ImageMerger merger,
            Mode mode,
            FusionPolicy policy,
            Path stateDirectory,
            Consumer<String> progress,
            Clock clock) {
        this.clock = clock;
        this.platform = platform;
        this.mode = mode;
        this.stateDirectory = stateDirectory;
        this.progress = progress;
        boolean complete = false;
        try {
            store = opened(H2GroupStore.open(stateDirectory));
            continues = Identity.isKnown(store);
            Identity identity = Identity.of(store, application.services().keySet());
            InetAddress host = platform.ensureNetwork();
            world = World.of(application, platform, identity, host, mode, progress);
            AdsServer ads = opened(
                    AdsServer.start(List.of(new InetSocketAddress(host, identity.adsPort())), identity.token(), clock));
            collector = opened(Collector.start(
                    CollectorConfig.DEFAULT
                            .listeningOn(
                                    List.of(new InetSocketAddress(host, identity.otlpGrpcPort())),
                                    List.of(new InetSocketAddress(host, identity.otlpHttpPort())),
                                    new IngestToken(identity.token()))
                            .withTimes(LATENESS, policy.bucket(), RETENTION),
                    clock));
            mesh = new MeshControl(store, new MeshAssembler(world), new EnvoyRouter(ads), platform);
            Rehearsal rehearsal = opened(
                    new Rehearsal(host, List.copyOf(application.services().keySet())));
            Trial trial = new Trial(collector, usage, policy, LATENESS, clock, Pause.REAL);
            DrainWait drainWait = new DrainWait(opened(new Drain(identity.token())), LONGEST_DRAIN, Pause.REAL);
            CompletableFuture<CompatibilityReport> compatibility = new CompletableFuture<>();
            Thread.ofVirtual().name("analyse").start(() -> analyse(merger, compatibility));
            CallerView callers = new CallerView(collector::arms);
            appliedSizes = new AppliedSizes(
                    store, platform::resizeFused, policy.window().multipliedBy(SIZE_COOLING_WINDOWS), clock);
            sizing = new Sizing(
                    store,
                    world.functions(),
                    usage,
                    callers,
                    this::sharedMiB,
                    SizingSettings.of(application.labels()),
                    appliedSizes,
                    policy,
                    clock);
            FusionOperations operations = new FusionOperations(
                    world,
                    mesh,
                    merger,
                    compatibility::join,
                    sizing,
                    rehearsal,
                    opened(new SharedState()),
                    new SharedStateMemory(store, world),
                    trial,
                    drainWait);
            driver = opened(new GroupDriver(store, operations, clock));
            loop = new FusionLoop(
                    world,
                    collector,
                    usage,
                    new GraphAssembler(application.name(), policy.limits()),
                    new FusionSolver(),
                    store,
                    driver,
                    policy,
                    compatibility::join,
                    new Probes(store, callers, policy.probes(), policy.window(), clock),
                    new Admission(
                            store,
                            new FailureMemory(
                                    store, name -> world.function(name).image().digest()),
                            policy,
                            clock),
                    clock);
            complete = true;
        } finally {
            if (!complete) {
                close();
            }
        }
    }

    /** Runs the application and begins to watch it. Returns when every function answers and every proxy routes. */
    public void start() {
        ApiServer api = opened(ApiServer.start(new Control(), world.identity().token(), 0));
        world.removeLeftovers(continues ? ownWorkloads() : Set.of(), progress);
        progress.accept("starting the gateway and " + world.functions().size() + " functions behind their proxies");
        mesh.offer(List.of(new MeshNode(World.GATEWAY, MeshNode.Role.GATEWAY, List.of())));
        world.startGateway();
        Map<String, String> digests = world.functions().values().stream()
                .collect(Collectors.toMap(
                        Function::name, function -> function.image().digest()));
        store.groups().forEach(group -> driver.unfuseIfOutdated(group.name(), digests));
        Set<String> asleep = store.groups().stream()
                .filter(GroupStatus::originalsAsleep)
                .map(GroupStatus::homes)
                .flatMap(Collection::stream)
                .collect(Collectors.toSet());
        world.startFunctions(asleep, mesh::offer, mesh::apply);
        new ServerEndpoint(
                        world.application().name(),
                        api.port(),
                        world.identity().token(),
                        ProcessHandle.current().pid())
                .write(stateDirectory);
        ScheduledExecutorService ticks = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("fusion-loop").factory());
        opened(() -> {
            ticks.shutdownNow();
            ticks.awaitTermination(5, TimeUnit.SECONDS);
        });
        ScheduledFuture<?> turns = ticks.scheduleWithFixedDelay(this::tick, 0, TURN_SECONDS, TimeUnit.SECONDS);
        opened(() -> turns.cancel(false));
        for (GroupStatus group : store.groups()) {
            if (!group.state().atRest() || group.state() == GroupState.FUSED) {
                driver.driveInBackground(group.name());
            }
        }
    }

    /** Where traffic enters. */
    public List<String> urls() {
        Workload gateway = world.workload(World.GATEWAY);
        return gateway == null
                ? List.of()
                : gateway.publishedPorts().stream()
                        .map(port -> "http://" + port.hostAddress() + ":" + port.hostPort() + "/")
                        .toList();
    }

    /** What runs, as {@link #world} knows it, and what the loop sees; for reports. */
    public ControlApi control() {
        return new Control();
    }

    /** What the proxies saw. */
    public Collector collector() {
        return collector;
    }

    /** The newest plan, or null before the first. */
    public dev.sinter.planner.plan.@Nullable Plan plan() {
        return loop.plan();
    }

    /** Stops watching and closes what is open; the application goes on in the mesh. */
    @Override
    public void close() {
        closing = true;
        ServerEndpoint.delete(stateDirectory);
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                log.warn("closing: {}", e.toString());
            }
        }
    }

    /** What this store's servers have started; proxies of any other would never connect here. */
    private Set<String> ownWorkloads() {
        Set<String> own = new HashSet<>(world.functions().keySet());
        own.add(World.GATEWAY);
        store.groups().forEach(group -> own.add("fused-" + group.name()));
        return own;
    }

    private double sharedMiB(String group) {
        return loop.sharedMiB(group);
    }

    private void tick() {
        try {
            usage.add(clock.instant(), platform.usage());
            if (mode != Mode.OFF) {
                loop.turn();
                sizing.turn();
            }
        } catch (RuntimeException e) {
            log.warn("turn failed; the next one tries again", e);
        }
    }

    private void analyse(ImageMerger merger, CompletableFuture<CompatibilityReport> result) {
        try {
            MergeRequest everything = new MergeRequest(
                    world.application().name(),
                    world.functions().values().stream()
                            .map(FusionOperations::member)
                            .toList(),
                    List.of(),
                    Tier.CO_POD);
            result.complete(merger.analyse(everything, MergeProgress.NONE));
        } catch (RuntimeException e) {
            // A server that ends takes the engine away from under the analysis: that is nobody's failure.
            if (!closing) {
                log.warn("the images cannot be analysed, so nothing will be fused: {}", e.toString());
            }
            result.completeExceptionally(e);
        }
    }

    private <T extends AutoCloseable> T opened(T resource) {
        open.push(resource);
        return resource;
    }

    /** The JSON interface's view of this server. */
    private final class Control implements ControlApi {

        @Override
        public StatusView status() {
            world.refresh();
            List<WorkloadView> workloads = new ArrayList<>();
            for (Workload workload : world.workloads()) {
                workloads.add(new WorkloadView(
                        workload.name(),
                        workload.role().name().toLowerCase(java.util.Locale.ROOT),
                        workload.running(),
                        workload.address() == null ? "" : workload.address(),
                        workload.image()));
            }
            return new StatusView(world.application().name(), mode.label(), urls(), workloads);
        }

        @Override
        public List<GroupStatus> groups() {
            return store.groups();
        }

        @Override
        public List<GroupStatus> history(String group) {
            return store.history(group, 100);
        }

        @Override
        public JsonNode graph() {
            var graph = loop.graph();
            return graph == null ? ApiServer.mapper().createObjectNode() : tree(GraphJson.write(graph));
        }

        @Override
        public JsonNode plan() {
            var plan = loop.plan();
            return plan == null ? ApiServer.mapper().createObjectNode() : tree(PlanJson.write(plan));
        }

        @Override
        public JsonNode size(String group) {
            SizeView size = sizing.view(group);
            return size == null
                    ? ApiServer.mapper().createObjectNode()
                    : ApiServer.mapper().valueToTree(size);
        }

        private JsonNode tree(String document) {
            try {
                return ApiServer.mapper().readTree(document);
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("own JSON does not parse", e);
            }
        }

        @Override
        public String metrics() {
            return Metrics.text(store.groups(), collector.counts(), appliedSizes.refusals());
        }

        @Override
        public GroupStatus approve(String group) {
            GroupStatus approved = driver.approve(group, "a person");
            driver.driveInBackground(group);
            return approved;
        }

        @Override
        public GroupStatus pause(String group) {
            return driver.pause(group, true);
        }

        @Override
        public GroupStatus resume(String group) {
            GroupStatus resumed = driver.pause(group, false);
            driver.driveInBackground(group);
            return resumed;
        }

        @Override
        public GroupStatus unfuse(String group) {
            GroupStatus asked = driver.requestUnfuse(group, "Asked for by a person");
            driver.driveInBackground(group);
            return asked;
        }
    }
}
