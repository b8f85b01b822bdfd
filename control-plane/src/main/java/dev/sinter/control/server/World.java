package dev.sinter.control.server;

import dev.sinter.control.compose.Application;
import dev.sinter.control.compose.Service;
import dev.sinter.control.platform.FunctionSpec;
import dev.sinter.control.platform.FusedSpec;
import dev.sinter.control.platform.GatewaySpec;
import dev.sinter.control.platform.Image;
import dev.sinter.control.platform.Platform;
import dev.sinter.control.platform.SidecarSpec;
import dev.sinter.control.platform.Workload;
import dev.sinter.control.platform.Workload.HostPort;
import dev.sinter.control.routing.MeshNode;
import dev.sinter.control.xds.EnvoyBootstrap;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What runs of one application, and how each piece of it is started. Keeps what the engine last said of every
 * workload, so that a mesh state can be made without asking it. Thread-safe.
 */
final class World {

    static final String GATEWAY = "gateway";
    /** No member's: programs that run unmodified keep theirs. */
    static final int FUSED_PORT = 15080;

    static final int FUSED_ADMIN_PORT = 15020;
    private static final int ENVOY_ADMIN_PORT = 15000;
    private static final int SIDECAR_WORKERS = 1;
    private static final Duration SPAN_FLUSH = Duration.ofSeconds(1);
    private static final Duration STOP_GRACE = Duration.ofSeconds(10);

    private final Application application;
    private final Platform platform;
    private final Identity identity;
    private final InetAddress host;
    private volatile SequencedMap<String, Function> functions;
    private final Map<String, Workload> workloads = new ConcurrentHashMap<>();

    private World(
            Application application,
            Platform platform,
            Identity identity,
            InetAddress host,
            SequencedMap<String, Function> functions) {
        this.application = application;
        this.platform = platform;
        this.identity = identity;
        this.host = host;
        this.functions = functions;
        platform.list().forEach(workload -> workloads.put(workload.name(), workload));
    }

    /** Builds or finds every image and says what each function is; starts nothing. */
    static World of(
            Application application,
            Platform platform,
            Identity identity,
            InetAddress host,
            Mode mode,
            Consumer<String> progress) {
        SequencedMap<String, Function> functions = new LinkedHashMap<>();
        for (Service service : application.services().values()) {
            Image image = platform.ensureImage(service, progress);
            String address = identity.virtualAddresses().getOrDefault(service.name(), "");
            functions.put(service.name(), Function.of(service, image, address, mode));
        }
        return new World(application, platform, identity, host, functions);
    }

    Application application() {
        return application;
    }

    SequencedMap<String, Function> functions() {
        return functions;
    }

    Function function(String name) {
        Function function = functions.get(name);
        if (function == null) {
            throw new ServerException(
                    "SNT0825", "function: " + name + " (expected: one of " + functions.keySet() + ")");
        }
        return function;
    }

    /** From now on this function is in no process with others. */
    synchronized void keepProcessApart(String name) {
        SequencedMap<String, Function> changed = new LinkedHashMap<>(functions);
        changed.put(name, function(name).withProcessApart());
        functions = changed;
    }

    Identity identity() {
        return identity;
    }

    /** The host as workloads reach it. */
    InetAddress host() {
        return host;
    }

    /** What the engine last said of a workload, or null if it has none of that name. */
    @Nullable
    Workload workload(String name) {
        return workloads.get(name);
    }

    List<Workload> workloads() {
        return workloads.values().stream()
                .sorted((a, b) -> a.name().compareTo(b.name()))
                .toList();
    }

    /** Asks the engine again. */
    void refresh() {
        List<Workload> now = platform.list();
        now.forEach(workload -> workloads.put(workload.name(), workload));
        workloads.keySet().retainAll(now.stream().map(Workload::name).toList());
    }

    /** Removes what the engine has under this application's name but none of {@code known}: nobody would ever stop it. */
    void removeLeftovers(Set<String> known, Consumer<String> progress) {
        List<String> leftovers = workloads.keySet().stream()
                .filter(name -> !known.contains(name))
                .sorted()
                .toList();
        if (!leftovers.isEmpty()) {
            progress.accept("removing what an earlier run left: " + String.join(", ", leftovers));
            inParallel(leftovers, this::remove);
        }
    }

    void startGateway() {
        List<HostPort> ports = new ArrayList<>();
        for (Service service : application.services().values()) {
            for (Service.PublishedPort port : service.ports()) {
                String address = port.hostAddress() == null ? "127.0.0.1" : port.hostAddress();
                ports.add(new HostPort(address, port.hostPort(), gatewayPort(service.name(), port.containerPort())));
            }
        }
        put(platform.ensureGateway(new GatewaySpec(bootstrap(GATEWAY), ports, SIDECAR_WORKERS)));
    }

    /** The gateway's listener behind one published port; the same after a restart. */
    int gatewayPort(String service, int containerPort) {
        int index = new ArrayList<>(functions.keySet().stream().sorted().toList()).indexOf(service);
        int offset = function(service).ports().indexOf(containerPort);
        return 20000 + index * 16 + offset;
    }

    /** Starts functions in the order of their dependencies, those that do not wait for each other at once. */
    void startFunctions(Set<String> asleep, Consumer<List<MeshNode>> beforeWave, Runnable afterWave) {
        for (List<Service> wave : application.startOrder()) {
            List<Service> awake = wave.stream()
                    .filter(service -> !asleep.contains(service.name()))
                    .toList();
            beforeWave.accept(awake.stream().map(Service::name).map(this::node).toList());
            inParallel(awake, service -> put(platform.ensureFunction(functionSpec(service))));
            afterWave.run();
        }
    }

    void startFused(
            String group,
            String image,
            Map<String, String> environment,
            List<Function> members,
            Service.Resources limits) {
        FusedNames names = FusedNames.of(platform.image(image).labels(), identity.virtualAddresses());
        Map<String, String> settings = new HashMap<>(environment);
        settings.putAll(names.environment());
        List<Service.Mount> mounts = members.stream()
                .flatMap(member -> member.service().volumes().stream())
                .distinct()
                .toList();
        Map<String, String> extraHosts = new HashMap<>();
        members.forEach(member -> extraHosts.putAll(member.service().extraHosts()));
        put(platform.ensureFused(new FusedSpec(
                group,
                image,
                settings,
                limits,
                mounts,
                extraHosts,
                FUSED_ADMIN_PORT,
                new SidecarSpec(
                        bootstrap("fused-" + group), List.of(FUSED_PORT), names.addresses(), SIDECAR_WORKERS))));
    }

    /** What the members have together; none where one has none, as that one's need is unknown. */
    static Service.Resources promised(List<Function> members) {
        Double cpus = 0.0;
        Long memoryBytes = 0L;
        for (Function member : members) {
            Service.Resources own = member.service().resources();
            cpus = cpus == null || own.cpus() == null ? null : Double.valueOf(cpus + own.cpus());
            memoryBytes = memoryBytes == null || own.memoryBytes() == null
                    ? null
                    : Long.valueOf(memoryBytes + own.memoryBytes());
        }
        return new Service.Resources(cpus, memoryBytes);
    }

    /** Whether a workload died, also if the engine has started it again. */
    boolean died(String name) {
        refresh();
        Workload workload = workloads.get(name);
        return workload == null || !workload.running() || platform.restarts(name) > 0;
    }

    void stop(List<String> names) {
        inParallel(names, name -> {
            Function function = functions.get(name);
            Duration grace = function == null || function.service().stopGracePeriod() == null
                    ? STOP_GRACE
                    : function.service().stopGracePeriod();
            platform.stop(name, grace);
        });
        refresh();
    }

    /** Starts functions that were stopped, each from the image it has now. */
    void start(List<String> names) {
        inParallel(
                names,
                name -> put(platform.ensureFunction(functionSpec(function(name).service()))));
    }

    void remove(String name) {
        platform.remove(name);
        workloads.remove(name);
    }

    /** The proxy of a function. */
    MeshNode node(String function) {
        return new MeshNode(function, MeshNode.Role.FUNCTION, function(function).ports());
    }

    /** The proxy of a group's fused workload. */
    static MeshNode fusedNode(String group) {
        return new MeshNode("fused-" + group, MeshNode.Role.FUSED, List.of(FUSED_PORT));
    }

    private FunctionSpec functionSpec(Service service) {
        Function function = function(service.name());
        return new FunctionSpec(service, function.image().reference(), sidecar(service.name(), function.ports()));
    }

    private SidecarSpec sidecar(String workload, List<Integer> ports) {
        return new SidecarSpec(bootstrap(workload), ports, identity.virtualAddresses(), SIDECAR_WORKERS);
    }

    private String bootstrap(String workload) {
        return new EnvoyBootstrap(
                        application.name() + "/" + workload,
                        workload,
                        host.getHostAddress(),
                        identity.adsPort(),
                        identity.token(),
                        ENVOY_ADMIN_PORT,
                        SPAN_FLUSH)
                .json();
    }

    private void put(Workload workload) {
        workloads.put(workload.name(), workload);
    }

    private static <T> void inParallel(List<T> items, Consumer<T> action) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (T item : items) {
                running.add(threads.submit(() -> action.accept(item)));
            }
            for (Future<?> one : running) {
                Waiting.forResult(one);
            }
        }
    }
}
