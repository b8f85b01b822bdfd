package dev.sinter.control.platform;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.ContainerConfig;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.RestartPolicy;
import com.github.dockerjava.api.model.Ulimit;
import com.github.dockerjava.api.model.Volume;
import dev.sinter.control.compose.Service;
import dev.sinter.control.compose.Service.Mount;
import dev.sinter.control.compose.Service.Resources;
import dev.sinter.control.setup.EngineEndpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Creates the container of a function or of a fused image, in the network namespace of its sidecar. */
final class MainContainer {

    /** The engine is quicker than anybody watching it, and callers' proxies hold their requests only for seconds. */
    private static final int RESTARTS = 3;

    static final RestartPolicy RESTART_POLICY = RestartPolicy.onFailureRestart(RESTARTS);

    private final DockerClient client;
    private final String application;
    private final List<EngineEndpoint.Ulimit> ulimits;

    MainContainer(DockerClient client, String application, List<EngineEndpoint.Ulimit> ulimits) {
        this.client = client;
        this.application = application;
        this.ulimits = ulimits;
    }

    String create(String name, Map<String, String> labels, FunctionSpec spec, String sidecarId) {
        Service service = spec.service();
        ContainerConfig config = config(spec.image());
        refuseEnvoyUser(service, config);
        Argv argv = Argv.of(service, list(config.getEntrypoint()), list(config.getCmd()));
        Map<String, String> allLabels = new HashMap<>(service.labels());
        allLabels.putAll(labels);

        Map<String, String> tmpfs = new HashMap<>(service.tmpfs());
        service.volumes().stream()
                .filter(mount -> mount.kind() == Mount.Kind.TMPFS)
                .forEach(mount -> tmpfs.put(mount.target(), ""));
        HostConfig host = host(sidecarId, service.resources(), service.volumes())
                .withTmpFs(tmpfs)
                .withReadonlyRootfs(service.readOnly())
                .withInit(service.init());

        CreateContainerCmd command = base(name, allLabels, spec.image(), host)
                .withEnv(environment(service.environment()))
                .withVolumes(anonymous(service.volumes()));
        set(argv.entrypoint(), command::withEntrypoint);
        set(argv.command(), command::withCmd);
        set(service.user(), command::withUser);
        set(service.workingDir(), command::withWorkingDir);
        set(service.stopSignal(), command::withStopSignal);
        if (service.stopGracePeriod() != null) {
            command.withStopTimeout(
                    (int) Math.min(Integer.MAX_VALUE, service.stopGracePeriod().toSeconds()));
        }
        return command.exec().getId();
    }

    String create(String name, Map<String, String> labels, FusedSpec spec, String sidecarId) {
        HostConfig host = host(sidecarId, spec.resources(), spec.mounts()).withRestartPolicy(RESTART_POLICY);
        return base(name, labels, spec.image(), host)
                .withEnv(environment(spec.environment()))
                .withVolumes(anonymous(spec.mounts()))
                .exec()
                .getId();
    }

    static List<Ulimit> docker(List<EngineEndpoint.Ulimit> ulimits) {
        return ulimits.stream()
                .map(ulimit -> new Ulimit(ulimit.name(), ulimit.limit(), ulimit.limit()))
                .toList();
    }

    /** Sinter runs health checks itself: Podman has them only where systemd runs. */
    private CreateContainerCmd base(String name, Map<String, String> labels, String image, HostConfig host) {
        return client.createContainerCmd(image)
                .withName(name)
                .withLabels(labels)
                .withHostConfig(host)
                .withHealthcheck(new HealthCheck().withTest(List.of("NONE")));
    }

    private HostConfig host(String sidecarId, Resources resources, List<Mount> mountList) {
        HostConfig host = HostConfig.newHostConfig()
                .withNetworkMode("container:" + sidecarId)
                .withUlimits(docker(ulimits))
                .withBinds(binds(mountList));
        if (resources.memoryBytes() != null) {
            host.withMemory(resources.memoryBytes());
        }
        if (resources.cpus() != null) {
            host.withCpuPeriod(LiveLimits.CPU_PERIOD_MICROS).withCpuQuota(LiveLimits.cpuQuotaMicros(resources.cpus()));
        }
        return host;
    }

    private List<Bind> binds(List<Mount> mountList) {
        List<Bind> bindList = new ArrayList<>();
        for (Mount mount : mountList) {
            String source = mount.source();
            if (mount.kind() == Mount.Kind.TMPFS || source == null) {
                continue;
            }
            if (mount.kind() == Mount.Kind.BIND) {
                makeMissingDirectory(Path.of(source));
            } else {
                source = application + "_" + source;
            }
            bindList.add(
                    new Bind(source, new Volume(mount.target()), mount.readOnly() ? AccessMode.ro : AccessMode.rw));
        }
        return bindList;
    }

    private static List<Volume> anonymous(List<Mount> mountList) {
        return mountList.stream()
                .filter(mount -> mount.kind() == Mount.Kind.VOLUME && mount.source() == null)
                .map(mount -> new Volume(mount.target()))
                .toList();
    }

    /** As Compose does for a bind mount's short syntax; Podman alone would refuse. */
    private static void makeMissingDirectory(Path source) {
        if (Files.exists(source)) {
            return;
        }
        try {
            Files.createDirectories(source);
        } catch (IOException e) {
            throw new PlatformException(
                    "SNT0605", "volume source " + source + ": " + e + " (expected: exists or can be made).", e);
        }
    }

    private ContainerConfig config(String image) {
        InspectImageResponse inspected = client.inspectImageCmd(image).exec();
        ContainerConfig config = inspected.getConfig();
        return config == null ? new ContainerConfig() : config;
    }

    private static void refuseEnvoyUser(Service service, ContainerConfig config) {
        String user = String.valueOf(service.user() == null ? config.getUser() : service.user());
        if (user.equals("1337") || user.startsWith("1337:")) {
            throw new PlatformException(
                    "SNT0613",
                    "service " + service.name() + ": user " + user + " (expected: any but 1337, whose calls would"
                            + " bypass the sidecar). Give it another user.");
        }
    }

    private static List<String> environment(Map<String, String> variables) {
        return variables.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .sorted()
                .toList();
    }

    private static List<String> list(String @Nullable [] values) {
        return values == null ? List.of() : Arrays.asList(values);
    }

    private static <T> void set(@Nullable T value, java.util.function.Consumer<T> setter) {
        if (value != null) {
            setter.accept(value);
        }
    }
}
