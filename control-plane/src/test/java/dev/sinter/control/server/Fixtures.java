package dev.sinter.control.server;

import dev.sinter.control.compose.Application;
import dev.sinter.control.compose.Service;
import dev.sinter.control.platform.FunctionSpec;
import dev.sinter.control.platform.FusedSpec;
import dev.sinter.control.platform.GatewaySpec;
import dev.sinter.control.platform.Image;
import dev.sinter.control.platform.Platform;
import dev.sinter.control.platform.Usage;
import dev.sinter.control.platform.Workload;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Services and a platform that only remembers what it was asked. */
final class Fixtures {

    private Fixtures() {}

    static Service service(String name, Map<String, String> labels, Service.PublishedPort... ports) {
        return service(name, labels, Service.Resources.UNLIMITED, ports);
    }

    static Service service(
            String name, Map<String, String> labels, Service.Resources resources, Service.PublishedPort... ports) {
        return new Service(
                name,
                name + ":1",
                null,
                null,
                null,
                Map.of(),
                null,
                null,
                List.of(ports),
                ports.length == 0 ? List.of(8080) : List.of(),
                List.of(),
                Map.of(),
                null,
                resources,
                labels,
                Map.of(),
                null,
                null,
                null,
                false,
                Map.of());
    }

    static Image image(Integer... exposed) {
        return new Image("image:1", "sha256:1", List.of(exposed), Map.of(), Map.of());
    }

    static Application application(Service... services) {
        SequencedMap<String, Service> byName = new LinkedHashMap<>();
        for (Service service : services) {
            byName.put(service.name(), service);
        }
        return new Application("app", Path.of("."), Map.of(), byName, List.of());
    }

    /** Everything it is asked to run runs at once, at an address of its own. */
    static final class RememberingPlatform implements Platform {

        private final Map<String, Workload> workloads = new TreeMap<>();
        private final List<FusedSpec> fusedSpecs = new ArrayList<>();
        private int nextAddress = 2;

        @Override
        public InetAddress ensureNetwork() {
            return InetAddress.getLoopbackAddress();
        }

        @Override
        public synchronized Workload ensureFunction(FunctionSpec spec) {
            return run(new Workload(
                    spec.service().name(),
                    Workload.Role.FUNCTION,
                    null,
                    true,
                    address(),
                    spec.sidecar().capturedPorts(),
                    List.of(),
                    spec.image(),
                    "sha256:1"));
        }

        @Override
        public synchronized Workload ensureFused(FusedSpec spec) {
            fusedSpecs.add(spec);
            return run(new Workload(
                    "fused-" + spec.group(),
                    Workload.Role.FUSED,
                    spec.group(),
                    true,
                    address(),
                    spec.sidecar().capturedPorts(),
                    List.of(),
                    spec.image(),
                    "sha256:2"));
        }

        @Override
        public void resizeFused(String group, Service.Resources limits) {
            // Whoever decides sizes has an engine of its own in tests.
        }

        @Override
        public synchronized Workload ensureGateway(GatewaySpec spec) {
            return run(new Workload(
                    "gateway",
                    Workload.Role.GATEWAY,
                    null,
                    true,
                    address(),
                    spec.ports().stream().map(Workload.HostPort::containerPort).toList(),
                    spec.ports(),
                    "envoy",
                    "sha256:3"));
        }

        @Override
        public synchronized void stop(String name, Duration grace) {
            workloads.computeIfPresent(name, (key, w) -> with(w, false, null));
        }

        @Override
        public synchronized void remove(String name) {
            workloads.remove(name);
        }

        @Override
        public synchronized List<Workload> list() {
            return List.copyOf(workloads.values());
        }

        @Override
        public void removeAll() {
            workloads.clear();
        }

        @Override
        public int restarts(String name) {
            return 0;
        }

        @Override
        public List<Usage> usage() {
            return List.of();
        }

        @Override
        public Image ensureImage(Service service, Consumer<String> progress) {
            return Fixtures.image(Integer.valueOf(8080));
        }

        @Override
        public Image image(String reference) {
            return Fixtures.image(Integer.valueOf(8080));
        }

        @Override
        public List<String> proxyLog(String name, int lines) {
            return List.of("last words of " + name);
        }

        @Override
        public void close() {
            // Nothing is open.
        }

        /** The fused workload that was asked for last. */
        synchronized FusedSpec fusedSpec() {
            return fusedSpecs.getLast();
        }

        /** The process is gone, its proxy is not. */
        synchronized void crash(String name) {
            workloads.computeIfPresent(name, (key, w) -> with(w, false, w.address()));
        }

        private Workload run(Workload workload) {
            workloads.put(workload.name(), workload);
            return workload;
        }

        private String address() {
            return "10.0.0." + nextAddress++;
        }

        private static Workload with(Workload w, boolean running, @Nullable String address) {
            return new Workload(
                    w.name(),
                    w.role(),
                    w.group(),
                    running,
                    address,
                    w.ports(),
                    w.publishedPorts(),
                    w.image(),
                    w.imageDigest());
        }
    }
}
