package dev.sinter.control.setup;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A container engine that answers the Docker API and has run a container.
 *
 * @param host as in {@code DOCKER_HOST}, such as {@code unix:///run/podman/podman.sock}
 * @param kind who answers there
 * @param containersConf Podman configuration Sinter wrote for a service of its own; null where the engine is the
 *     machine's
 * @param ulimits limits every container must be created with for this engine to start it; empty is the usual case
 */
public record EngineEndpoint(URI host, Kind kind, @Nullable Path containersConf, List<Ulimit> ulimits) {

    public EngineEndpoint {
        ulimits = List.copyOf(ulimits);
    }

    /** The program behind the socket. */
    public enum Kind {
        DOCKER,
        PODMAN
    }

    /** One resource limit, soft and hard alike, named as in {@code docker run --ulimit}. */
    public record Ulimit(String name, long limit) {}
}
