package dev.sinter.control.platform;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Container;
import dev.sinter.control.compose.Service;
import dev.sinter.control.compose.Service.Healthcheck;
import dev.sinter.control.compose.Service.Resources;
import dev.sinter.control.setup.Commands;
import dev.sinter.control.setup.EngineClient;
import dev.sinter.control.setup.SetupResult;
import dev.sinter.merger.transport.EngineImages;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A {@link Platform} on any engine that speaks the Docker API. */
public final class EnginePlatform implements Platform {

    /** Well below the time after which a Podman service that Sinter started ends for want of work. */
    private static final Duration KEEP_ALIVE = Duration.ofMinutes(1);

    private final DockerClient client;
    private final String application;
    private final Containers containers;
    private final MainContainer mains;
    private final AppNetwork network;
    private final Pods pods;
    private final ServiceImages images;
    private final UsageReader usageReader;
    private final LiveLimits liveLimits;
    private final Map<String, ReentrantLock> lockByWorkload = new ConcurrentHashMap<>();
    private final Thread keepAlive;

    private EnginePlatform(DockerClient client, SetupResult setup, String application, String sidecarImage) {
        HostProcesses processes = new HostProcesses(Path.of("/proc"));
        this.client = client;
        this.application = application;
        this.containers = new Containers(client, application);
        SidecarContainer sidecars = new SidecarContainer(
                client,
                sidecarImage,
                AppNetwork.name(application),
                setup.engine().ulimits());
        this.mains = new MainContainer(client, application, setup.engine().ulimits());
        this.network = new AppNetwork(client, containers, sidecars, application);
        this.images = new ServiceImages(client, setup, application, new Commands());
        this.pods = new Pods(
                application, containers, sidecars, new ReadinessWait(containers, processes), images, sidecarImage);
        this.liveLimits = new LiveLimits(client, setup.engine(), new Commands());
        this.usageReader = new UsageReader(client, containers, processes);
        this.keepAlive = Thread.ofVirtual().name("engine keep-alive").start(this::ping);
    }

    /**
     * Opens the platform of one application; nothing is started yet.
     *
     * @param application lower-case letters, digits and dashes; part of every container's name
     * @param progress is told when the sidecar image must be built first
     */
    public static EnginePlatform open(SetupResult setup, String application, Consumer<String> progress) {
        if (!application.matches("[a-z0-9][a-z0-9_-]{0,62}")) {
            throw new PlatformException(
                    "SNT0614", "application: " + application + " (expected: lower-case letters, digits, - and _).");
        }
        DockerClient client = EngineClient.open(setup.engine().host());
        try {
            return new EnginePlatform(client, setup, application, SidecarImage.ensure(client, setup, progress));
        } catch (RuntimeException e) {
            closeQuietly(client);
            throw translated("engine " + setup.engine().host(), e);
        }
    }

    /** The engine's images for a merger without a platform, open until the process ends. */
    public static EngineImages imagesOf(SetupResult setup) {
        return new EngineImageStore(EngineClient.open(setup.engine().host()));
    }

    /** The engine's images for the merger. Open as long as this platform is. */
    public EngineImages engineImages() {
        return new EngineImageStore(client);
    }

    @Override
    public InetAddress ensureNetwork() {
        return exclusively(Labels.ROLE_ANCHOR, network::ensure);
    }

    @Override
    public Image ensureImage(Service service, Consumer<String> progress) {
        return translating("image of " + service.name(), () -> images.ensure(service, progress));
    }

    @Override
    public Image image(String reference) {
        return translating("image " + reference, () -> images.image(reference));
    }

    @Override
    public Workload ensureFunction(FunctionSpec spec) {
        Service service = spec.service();
        Healthcheck check = service.healthcheck();
        Readiness readiness = check == null || check.test().isEmpty()
                ? new Readiness.Listening(spec.sidecar().capturedPorts())
                : Readiness.Passing.of(check);
        return ensure(new Pods.Plan(
                service.name(),
                Map.of(Labels.ROLE, Labels.ROLE_FUNCTION),
                readiness,
                spec,
                spec.image(),
                spec.sidecar(),
                service.extraHosts(),
                (labels, sidecarId) ->
                        mains.create(containers.name(service.name(), Labels.ROLE_FUNCTION), labels, spec, sidecarId)));
    }

    @Override
    public Workload ensureFused(FusedSpec spec) {
        String name = "fused-" + spec.group();
        return ensure(new Pods.Plan(
                name,
                Map.of(Labels.ROLE, Labels.ROLE_FUSED, Labels.GROUP, spec.group()),
                new Readiness.HttpReady(spec.readyPort()),
                spec,
                spec.image(),
                spec.sidecar(),
                spec.extraHosts(),
                (labels, sidecarId) ->
                        mains.create(containers.name(name, Labels.ROLE_FUSED), labels, spec, sidecarId)));
    }

    @Override
    public void resizeFused(String group, Resources limits) {
        String name = "fused-" + group;
        exclusively(name, () -> {
            Container main = Containers.withRole(containers.of(name), Labels.ROLE_FUSED);
            if (main == null) {
                throw pods.missing(name);
            }
            liveLimits.change(main.getId(), name, limits);
            return name;
        });
    }

    @Override
    public Workload ensureGateway(GatewaySpec spec) {
        return exclusively(Labels.ROLE_GATEWAY, () -> {
            pods.ensureGateway(spec);
            return workload(Labels.ROLE_GATEWAY);
        });
    }

    @Override
    public void stop(String name, Duration grace) {
        exclusively(name, () -> {
            pods.stop(containers.of(name), grace);
            return name;
        });
    }

    @Override
    public void remove(String name) {
        exclusively(name, () -> {
            pods.remove(containers.of(name));
            return name;
        });
    }

    @Override
    public List<Workload> list() {
        return translating("containers of " + application, () -> {
            Map<String, List<Container>> byWorkload = containers.all().stream()
                    .filter(container -> container.getLabels().containsKey(Labels.WORKLOAD))
                    .collect(Collectors.groupingBy(
                            container -> container.getLabels().get(Labels.WORKLOAD)));
            List<Workload> workloadList = new ArrayList<>();
            byWorkload.values().forEach(containerList -> {
                Workload workload = Workloads.of(containerList);
                if (workload != null) {
                    workloadList.add(workload);
                }
            });
            workloadList.sort(Comparator.comparing(Workload::name));
            return List.copyOf(workloadList);
        });
    }

    @Override
    public void removeAll() {
        translating("containers of " + application, () -> {
            pods.remove(containers.all());
            network.remove();
            return application;
        });
    }

    @Override
    public int restarts(String name) {
        return translating(
                "restarts of " + name,
                () -> containers.of(name).stream()
                        .map(container -> containers.inspect(container.getId()).getRestartCount())
                        .filter(Objects::nonNull)
                        .mapToInt(Integer::intValue)
                        .sum());
    }

    @Override
    public List<Usage> usage() {
        return translating("usage of " + application, usageReader::read);
    }

    @Override
    public List<String> proxyLog(String name, int lines) {
        return translating("log of the proxy of " + name, () -> {
            // A gateway is its own proxy.
            List<Container> found = Pods.mainFirst(containers.of(name));
            return found.isEmpty() ? List.of() : containers.log(found.getLast().getId(), lines);
        });
    }

    @Override
    public void close() {
        keepAlive.interrupt();
        closeQuietly(client);
    }

    private Workload ensure(Pods.Plan plan) {
        return exclusively(plan.name(), () -> {
            pods.ensure(plan);
            return workload(plan.name());
        });
    }

    private Workload workload(String name) {
        Workload workload = Workloads.of(containers.of(name));
        if (workload == null) {
            throw pods.missing(name);
        }
        return workload;
    }

    private void ping() {
        try {
            while (true) {
                Thread.sleep(KEEP_ALIVE);
                try {
                    client.pingCmd().exec();
                } catch (RuntimeException e) {
                    // Whoever needs the engine next is told.
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private <T> T exclusively(String workload, Supplier<T> work) {
        ReentrantLock lock = lockByWorkload.computeIfAbsent(workload, ignored -> new ReentrantLock());
        lock.lock();
        try {
            return translating(workload, work);
        } finally {
            lock.unlock();
        }
    }

    private static <T> T translating(String what, Supplier<T> work) {
        try {
            return work.get();
        } catch (RuntimeException e) {
            throw translated(what, e);
        }
    }

    private static RuntimeException translated(String what, RuntimeException e) {
        if (e instanceof PlatformException) {
            return e;
        }
        String said = String.valueOf(e.getMessage()).strip();
        String hint = said.contains("no space left")
                ? " The disk is full: `docker system prune` or `podman system prune` frees what nothing uses."
                : "";
        return new PlatformException("SNT0601", what + ": the engine said: " + said + "." + hint, e);
    }

    private static void closeQuietly(@Nullable DockerClient client) {
        if (client == null) {
            return;
        }
        try {
            client.close();
        } catch (IOException e) {
            // Nothing is left to lose on a connection that is going away.
        }
    }
}
