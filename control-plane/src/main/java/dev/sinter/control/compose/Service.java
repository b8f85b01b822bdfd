package dev.sinter.control.compose;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One service of a Compose application; its name is the function's name. What the file leaves out is null or empty and
 * means "as the image says".
 *
 * @param image reference to run, or to tag the build's result with; null only where {@code build} is given
 * @param command replaces the image's CMD; null keeps it, empty clears it
 * @param entrypoint replaces the image's ENTRYPOINT; null keeps it, empty clears it
 * @param environment of {@code env_file} and {@code environment} together, the latter winning
 * @param expose ports that other functions may call, beside those of {@code ports} and of the image
 * @param dependsOn names of services to wait for, and for what
 * @param extraHosts host name → address
 * @param tmpfs container path → mount options, which may be empty
 */
public record Service(
        String name,
        @Nullable String image,
        @Nullable Build build,
        @Nullable List<String> command,
        @Nullable List<String> entrypoint,
        Map<String, String> environment,
        @Nullable String workingDir,
        @Nullable String user,
        List<PublishedPort> ports,
        List<Integer> expose,
        List<Mount> volumes,
        Map<String, Condition> dependsOn,
        @Nullable Healthcheck healthcheck,
        Resources resources,
        Map<String, String> labels,
        Map<String, String> extraHosts,
        @Nullable Boolean init,
        @Nullable String stopSignal,
        @Nullable Duration stopGracePeriod,
        boolean readOnly,
        Map<String, String> tmpfs) {

    public Service {
        command = command == null ? null : List.copyOf(command);
        entrypoint = entrypoint == null ? null : List.copyOf(entrypoint);
        environment = Map.copyOf(environment);
        ports = List.copyOf(ports);
        expose = List.copyOf(expose);
        volumes = List.copyOf(volumes);
        dependsOn = Map.copyOf(dependsOn);
        labels = Map.copyOf(labels);
        extraHosts = Map.copyOf(extraHosts);
        tmpfs = Map.copyOf(tmpfs);
    }

    /** Container ports this service declares by {@code ports} and {@code expose}, ascending, each once. */
    public List<Integer> containerPorts() {
        TreeSet<Integer> portSet = new TreeSet<>(expose);
        ports.forEach(port -> portSet.add(port.containerPort()));
        return List.copyOf(portSet);
    }

    /** How far a dependency must have come before this service starts. */
    public enum Condition {
        STARTED,
        HEALTHY
    }

    /**
     * How to build the image.
     *
     * @param dockerfile relative to {@code context}; null means {@code Dockerfile}, else {@code Containerfile}
     */
    public record Build(Path context, @Nullable String dockerfile, Map<String, String> args) {
        public Build {
            args = Map.copyOf(args);
        }
    }

    /**
     * A port of the host that leads to this service through the gateway.
     *
     * @param hostAddress address to listen on; null where the file names none
     * @param hostPort 0 for any free one
     */
    public record PublishedPort(@Nullable String hostAddress, int hostPort, int containerPort) {}

    /**
     * @param source host path of a {@code BIND}, name of a {@code VOLUME} (null: anonymous); null for {@code TMPFS}
     * @param target absolute path in the container
     */
    public record Mount(Kind kind, @Nullable String source, String target, boolean readOnly) {
        /** Where the mounted content lives. */
        public enum Kind {
            BIND,
            VOLUME,
            TMPFS
        }
    }

    /**
     * @param test argv to run in the container; exit 0 is healthy. Empty: the image's check is switched off
     */
    public record Healthcheck(
            List<String> test, Duration interval, Duration timeout, int retries, Duration startPeriod) {
        public Healthcheck {
            test = List.copyOf(test);
        }
    }

    /** Limits of one container; null is unlimited. */
    public record Resources(@Nullable Double cpus, @Nullable Long memoryBytes) {
        public static final Resources UNLIMITED = new Resources(null, null);
    }
}
