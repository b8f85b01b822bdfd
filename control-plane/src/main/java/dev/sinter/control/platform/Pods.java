package dev.sinter.control.platform;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Container;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * Starts, stops and removes the containers that make up workloads: a sidecar that owns the network namespace, and the
 * workload's own container inside it. Callers serialise calls for one workload.
 */
final class Pods {

    private static final Duration SIDECAR_GRACE = Duration.ofSeconds(3);

    private final String application;
    private final Containers containers;
    private final SidecarContainer sidecars;
    private final ReadinessWait readinessWait;
    private final ServiceImages images;
    private final String sidecarImage;

    Pods(
            String application,
            Containers containers,
            SidecarContainer sidecars,
            ReadinessWait readinessWait,
            ServiceImages images,
            String sidecarImage) {
        this.application = application;
        this.containers = containers;
        this.sidecars = sidecars;
        this.readinessWait = readinessWait;
        this.images = images;
        this.sidecarImage = sidecarImage;
    }

    /**
     * What a pod is made of.
     *
     * @param labels beside those every pod has
     * @param spec all that, when it changes, asks for new containers
     * @param createMain gives the id of the workload's own container for its labels and its sidecar's id
     */
    record Plan(
            String name,
            Map<String, String> labels,
            Readiness readiness,
            Record spec,
            String image,
            SidecarSpec sidecar,
            Map<String, String> extraHosts,
            BiFunction<Map<String, String>, String, String> createMain) {}

    /** Adopts or makes both containers, and returns once the workload serves. */
    void ensure(Plan plan) {
        String digest = images.image(plan.image()).digest();
        String hash = SpecHash.of(plan.spec(), sidecarImage, digest);
        List<Container> found = containers.of(plan.name());
        if (adoptable(found, hash)) {
            start(plan.name(), found);
            return;
        }
        remove(found);
        Map<String, String> labelMap = labels(plan.name(), hash, plan.sidecar().capturedPorts());
        labelMap.put(Labels.IMAGE, plan.image());
        labelMap.put(Labels.IMAGE_DIGEST, digest);
        labelMap.put(Labels.READY, plan.readiness().text());
        labelMap.putAll(plan.labels());
        startOrRemove(plan.name(), () -> startNew(plan, labelMap));
    }

    void ensureGateway(GatewaySpec spec) {
        String name = Labels.ROLE_GATEWAY;
        String hash = SpecHash.of(spec, sidecarImage);
        List<Container> found = containers.of(name);
        if (found.size() == 1 && hash.equals(found.getFirst().getLabels().get(Labels.SPEC))) {
            containers.start(found.getFirst().getId());
            return;
        }
        remove(found);
        spec.ports().forEach(HostPorts::requireFree);
        Map<String, String> labelMap = labels(
                name,
                hash,
                spec.ports().stream().map(Workload.HostPort::containerPort).toList());
        labelMap.put(Labels.ROLE, Labels.ROLE_GATEWAY);
        startOrRemove(
                name,
                () -> containers.start(
                        sidecars.createGateway(containers.name(name, Labels.ROLE_GATEWAY), labelMap, spec)));
    }

    /** Starts what was stopped, and returns once it serves. */
    void start(String name, List<Container> found) {
        Container gateway = Containers.withRole(found, Labels.ROLE_GATEWAY);
        if (gateway != null) {
            containers.start(gateway.getId());
            return;
        }
        Container sidecar = Containers.withRole(found, Labels.ROLE_SIDECAR);
        Container main = found.stream()
                .filter(container -> !isSidecar(container))
                .findFirst()
                .orElse(null);
        if (sidecar == null || main == null) {
            throw missing(name);
        }
        boolean sidecarRuns = Containers.running(sidecar);
        if (!sidecarRuns && Containers.running(main)) {
            // Its network namespace is gone with the sidecar's.
            containers.stop(main.getId(), SIDECAR_GRACE);
        }
        if (!sidecarRuns) {
            containers.start(sidecar.getId());
        }
        readinessWait.awaitCapture(name, sidecar.getId());
        if (!sidecarRuns || !Containers.running(main)) {
            containers.start(main.getId());
        }
        readinessWait.await(
                name,
                main.getId(),
                sidecar.getId(),
                Readiness.parse(main.getLabels().getOrDefault(Labels.READY, "listening ")));
    }

    void stop(List<Container> found, Duration grace) {
        mainFirst(found)
                .forEach(container -> containers.stop(container.getId(), isSidecar(container) ? SIDECAR_GRACE : grace));
    }

    /** A sidecar goes last: engines refuse to remove a container whose network another one uses. */
    void remove(List<Container> containerList) {
        Map<Boolean, List<Container>> bySandbox =
                containerList.stream().collect(Collectors.partitioningBy(Pods::isSandbox));
        for (boolean sandbox : new boolean[] {false, true}) {
            Parallel.forEach(
                    bySandbox.getOrDefault(sandbox, List.of()), container -> containers.remove(container.getId()));
        }
    }

    static List<Container> mainFirst(List<Container> containerList) {
        return containerList.stream()
                .sorted(Comparator.comparing(Pods::isSidecar))
                .toList();
    }

    PlatformException missing(String name) {
        return new PlatformException(
                "SNT0611",
                "workload " + name + ": not there (expected: started before in application " + application
                        + "). Maybe another run removed it.");
    }

    private void startNew(Plan plan, Map<String, String> labelMap) {
        Map<String, String> sidecarLabels = new HashMap<>(labelMap);
        sidecarLabels.put(Labels.ROLE, Labels.ROLE_SIDECAR);
        String sidecarId = sidecars.create(
                containers.name(plan.name(), Labels.ROLE_SIDECAR), sidecarLabels, plan.sidecar(), plan.extraHosts());
        containers.start(sidecarId);
        String mainId = plan.createMain().apply(labelMap, sidecarId);
        readinessWait.awaitCapture(plan.name(), sidecarId);
        containers.start(mainId);
        readinessWait.await(plan.name(), mainId, sidecarId, plan.readiness());
    }

    private static boolean adoptable(List<Container> found, String hash) {
        return found.size() == 2
                && found.stream()
                        .allMatch(container -> hash.equals(container.getLabels().get(Labels.SPEC)));
    }

    private void startOrRemove(String name, Runnable starting) {
        try {
            starting.run();
        } catch (RuntimeException e) {
            try {
                remove(containers.of(name));
            } catch (DockerException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    private Map<String, String> labels(String workload, String hash, List<Integer> ports) {
        Map<String, String> labelMap = new HashMap<>();
        labelMap.put(Labels.APPLICATION, application);
        labelMap.put(Labels.WORKLOAD, workload);
        labelMap.put(Labels.SPEC, hash);
        labelMap.put(Labels.PORTS, ports.stream().sorted().map(String::valueOf).collect(Collectors.joining(",")));
        return labelMap;
    }

    private static boolean isSidecar(Container container) {
        return Labels.ROLE_SIDECAR.equals(container.getLabels().get(Labels.ROLE));
    }

    private static boolean isSandbox(Container container) {
        return isSidecar(container)
                || Labels.ROLE_ANCHOR.equals(container.getLabels().get(Labels.ROLE));
    }
}
