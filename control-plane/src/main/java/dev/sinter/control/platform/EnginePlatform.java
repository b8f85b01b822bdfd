package dev.sinter.control.platform;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Container;
import dev.sinter.control.compose.Service;
import dev.sinter.control.compose.Service.Healthcheck;
import dev.sinter.control.setup.Commands;
import dev.sinter.control.setup.EngineClient;
import dev.sinter.control.setup.SetupResult;
import dev.sinter.merger.transport.EngineImages;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A {@link Platform} on any engine that speaks the Docker API. */
public final class EnginePlatform implements Platform {

    private static final Duration SIDECAR_GRACE = Duration.ofSeconds(3);

    /** Well below the time after which a Podman service that Sinter started ends for want of work. */
    private static final Duration KEEP_ALIVE = Duration.ofMinutes(1);

    private final DockerClient client;
    private final String application;
    private final Containers containers;
    private final SidecarContainer sidecars;
    private final MainContainer mains;
    private final AppNetwork network;
    private final ReadinessWait readinessWait;
    private final ServiceImages images;
    private final UsageReader usageReader;
    private final String sidecarImage;
    private final Map<String, ReentrantLock> lockByWorkload = new ConcurrentHashMap<>();
    private final Thread keepAlive;

    private EnginePlatform(DockerClient client, SetupResult setup, String application, String sidecarImage) {
        HostProcesses processes = new HostProcesses(Path.of("/proc"));
        this.client = client;
        this.application = application;
        this.sidecarImage = sidecarImage;
        this.containers = new Containers(client, application);
        this.sidecars = new SidecarContainer(
                client,
                sidecarImage,
                AppNetwork.name(application),
                setup.engine().ulimits());
        this.mains = new MainContainer(client, application, setup.engine().ulimits());
        this.network = new AppNetwork(client, containers, sidecars, application);
        this.readinessWait = new ReadinessWait(containers, processes);
        this.images = new ServiceImages(client, setup, application, new Commands());
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
        Map<String, String> labelMap = new HashMap<>();
        labelMap.put(Labels.ROLE, Labels.ROLE_FUNCTION);
        return exclusively(
                service.name(),
                () -> pod(
                        service.name(),
                        labelMap,
                        readiness,
                        spec,
                        spec.image(),
                        spec.sidecar(),
                        service.extraHosts(),
                        (labels, sidecarId) -> mains.create(
                                containers.name(service.name(), Labels.ROLE_FUNCTION), labels, spec, sidecarId)));
    }

    @Override
    public Workload ensureFused(FusedSpec spec) {
        String name = "fused-" + spec.group();
        Map<String, String> labelMap = new HashMap<>();
        labelMap.put(Labels.ROLE, Labels.ROLE_FUSED);
        labelMap.put(Labels.GROUP, spec.group());
        Readiness readiness = new Readiness.HttpReady(spec.readyPort());
        return exclusively(
                name,
                () -> pod(
                        name,
                        labelMap,
                        readiness,
                        spec,
                        spec.image(),
                        spec.sidecar(),
                        spec.extraHosts(),
                        (labels, sidecarId) ->
                                mains.create(containers.name(name, Labels.ROLE_FUSED), labels, spec, sidecarId)));
    }

    @Override
    public Workload ensureGateway(GatewaySpec spec) {
        return exclusively(Labels.ROLE_GATEWAY, () -> {
            String hash = SpecHash.of(spec, sidecarImage);
            List<Container> found = containers.of(Labels.ROLE_GATEWAY);
            if (found.isEmpty() || !hash.equals(found.getFirst().getLabels().get(Labels.SPEC))) {
                removeContainers(found);
                spec.ports().forEach(EnginePlatform::requireFree);
                String ports = joined(spec.ports().stream()
                        .map(Workload.HostPort::containerPort)
                        .toList());
                Map<String, String> labelMap = labels(Labels.ROLE_GATEWAY, sidecarImage, hash, ports);
                labelMap.put(Labels.ROLE, Labels.ROLE_GATEWAY);
                String id = sidecars.createGateway(
                        containers.name(Labels.ROLE_GATEWAY, Labels.ROLE_GATEWAY), labelMap, spec);
                startOrRemove(Labels.ROLE_GATEWAY, () -> containers.start(id));
            } else {
                containers.start(found.getFirst().getId());
            }
            return workload(Labels.ROLE_GATEWAY);
        });
    }

    @Override
    public void stop(String name, Duration grace) {
        exclusively(name, () -> {
            List<Container> found = containers.of(name);
            mainFirst(found)
                    .forEach(container ->
                            containers.stop(container.getId(), isSidecar(container) ? SIDECAR_GRACE : grace));
            return name;
        });
    }

    @Override
    public Workload start(String name) {
        return exclusively(name, () -> {
            List<Container> found = containers.of(name);
            Container gateway = Containers.withRole(found, Labels.ROLE_GATEWAY);
            if (gateway != null) {
                containers.start(gateway.getId());
            } else {
                startPod(name, found);
            }
            return workload(name);
        });
    }

    @Override
    public void remove(String name) {
        exclusively(name, () -> {
            removeContainers(containers.of(name));
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
            removeContainers(containers.all());
            network.remove();
            return application;
        });
    }

    @Override
    public List<Usage> usage() {
        return translating("usage of " + application, usageReader::read);
    }

    @Override
    public List<String> exitLog(String name, int lines) {
        return translating("log of " + name, () -> {
            List<Container> found = containers.of(name);
            return found.isEmpty()
                    ? List.of()
                    : containers.log(mainFirst(found).getFirst().getId(), lines);
        });
    }

    @Override
    public void close() {
        keepAlive.interrupt();
        closeQuietly(client);
    }

    /** Adopts or makes a sidecar and the container behind it, and returns once that serves. */
    private Workload pod(
            String name,
            Map<String, String> ownLabels,
            Readiness readiness,
            Record spec,
            String image,
            SidecarSpec sidecar,
            Map<String, String> extraHosts,
            BiFunction<Map<String, String>, String, String> createMain) {
        String hash = SpecHash.of(spec, sidecarImage, images.image(image).digest());
        List<Container> found = containers.of(name);
        if (adoptable(found, hash)) {
            startPod(name, found);
            return workload(name);
        }
        removeContainers(found);
        Map<String, String> labelMap = labels(name, image, hash, joined(sidecar.capturedPorts()));
        labelMap.putAll(ownLabels);
        labelMap.put(Labels.READY, readiness.text());
        startOrRemove(name, () -> {
            Map<String, String> sidecarLabels = new HashMap<>(labelMap);
            sidecarLabels.put(Labels.ROLE, Labels.ROLE_SIDECAR);
            String sidecarId =
                    sidecars.create(containers.name(name, Labels.ROLE_SIDECAR), sidecarLabels, sidecar, extraHosts);
            containers.start(sidecarId);
            String mainId = createMain.apply(labelMap, sidecarId);
            readinessWait.awaitCapture(name, sidecarId);
            containers.start(mainId);
            readinessWait.await(name, mainId, sidecarId, readiness);
        });
        return workload(name);
    }

    private static boolean adoptable(List<Container> found, String hash) {
        return found.size() == 2
                && found.stream()
                        .allMatch(container -> hash.equals(container.getLabels().get(Labels.SPEC)));
    }

    private void startPod(String name, List<Container> found) {
        Container sidecar = Containers.withRole(found, Labels.ROLE_SIDECAR);
        Container main = found.stream()
                .filter(container -> !isSidecar(container))
                .findFirst()
                .orElse(null);
        if (sidecar == null || main == null) {
            throw missing(name);
        }
        if (!Containers.running(sidecar) && Containers.running(main)) {
            // Its network namespace is gone with the sidecar's.
            containers.stop(main.getId(), SIDECAR_GRACE);
        }
        containers.start(sidecar.getId());
        readinessWait.awaitCapture(name, sidecar.getId());
        containers.start(main.getId());
        readinessWait.await(
                name,
                main.getId(),
                sidecar.getId(),
                Readiness.parse(main.getLabels().getOrDefault(Labels.READY, "listening ")));
    }

    private Workload workload(String name) {
        Workload workload = Workloads.of(containers.of(name));
        if (workload == null) {
            throw missing(name);
        }
        return workload;
    }

    private PlatformException missing(String name) {
        return new PlatformException(
                "SNT0611",
                "workload " + name + ": not there (expected: started before in application " + application
                        + "). Maybe another run removed it.");
    }

    private Map<String, String> labels(String workload, String image, String hash, String ports) {
        Map<String, String> labelMap = new HashMap<>();
        labelMap.put(Labels.APPLICATION, application);
        labelMap.put(Labels.WORKLOAD, workload);
        labelMap.put(Labels.SPEC, hash);
        labelMap.put(Labels.PORTS, ports);
        labelMap.put(Labels.IMAGE, image);
        labelMap.put(Labels.IMAGE_DIGEST, images.image(image).digest());
        return labelMap;
    }

    private void startOrRemove(String name, Runnable starting) {
        try {
            starting.run();
        } catch (RuntimeException e) {
            try {
                removeContainers(containers.of(name));
            } catch (DockerException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    /** A sidecar goes last: engines refuse to remove a container whose network another one uses. */
    private void removeContainers(List<Container> containerList) {
        inParallel(containerList.stream()
                .filter(container -> !isSandbox(container))
                .toList());
        inParallel(containerList.stream().filter(EnginePlatform::isSandbox).toList());
    }

    private void inParallel(List<Container> containerList) {
        Parallel.forEach(containerList, container -> containers.remove(container.getId()));
    }

    private static List<Container> mainFirst(List<Container> containerList) {
        return containerList.stream()
                .sorted(Comparator.comparing(EnginePlatform::isSidecar))
                .toList();
    }

    private static boolean isSidecar(Container container) {
        return Labels.ROLE_SIDECAR.equals(container.getLabels().get(Labels.ROLE));
    }

    private static boolean isSandbox(Container container) {
        return isSidecar(container)
                || Labels.ROLE_ANCHOR.equals(container.getLabels().get(Labels.ROLE));
    }

    private static String joined(List<Integer> ports) {
        return ports.stream().sorted().map(String::valueOf).collect(Collectors.joining(","));
    }

    private static void requireFree(Workload.HostPort port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(port.hostAddress(), port.hostPort()));
        } catch (IOException e) {
            throw new PlatformException(
                    "SNT0612",
                    "port " + port.hostAddress() + ":" + port.hostPort() + ": " + e.getMessage()
                            + " (expected: free, the Compose file publishes it). Maybe another program or another"
                            + " application listens there: stop it, or publish another port.",
                    e);
        }
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
