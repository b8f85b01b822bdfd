package dev.sinter.control.setup;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.HostConfig;
import dev.sinter.control.setup.EngineEndpoint.Ulimit;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Asks engines whether they are there, and whether they really run containers. */
final class EngineProbe {

    private static final int START_SECONDS = 30;

    private EngineProbe() {}

    /** Whether an engine answers the Docker API at {@code host}. */
    static boolean answers(URI host) {
        if ("unix".equals(host.getScheme()) && !accepts(Path.of(String.valueOf(host.getPath())))) {
            return false;
        }
        try (DockerClient client = EngineClient.open(host)) {
            client.pingCmd().exec();
            return true;
        } catch (java.io.IOException | RuntimeException e) {
            return false;
        }
    }

    static EngineEndpoint.Kind kind(DockerClient client) {
        String components = String.valueOf(client.versionCmd().exec().getComponents());
        return components.contains("Podman") ? EngineEndpoint.Kind.PODMAN : EngineEndpoint.Kind.DOCKER;
    }

    /** Runs one container that does nothing. Null when that worked, else what the engine said. */
    static @Nullable String failure(DockerClient client, String image, List<Ulimit> ulimits) {
        String id = null;
        try {
            id = client.createContainerCmd(image)
                    .withCmd("true")
                    .withEntrypoint(List.of())
                    .withHostConfig(HostConfig.newHostConfig().withUlimits(docker(ulimits)))
                    .exec()
                    .getId();
            client.startContainerCmd(id).exec();
            int status = client.waitContainerCmd(id).start().awaitStatusCode(START_SECONDS, TimeUnit.SECONDS);
            return status == 0 ? null : "a container that runs `true` exits with " + status;
        } catch (RuntimeException e) {
            return String.valueOf(e.getMessage()).strip();
        } finally {
            remove(client, id);
        }
    }

    private static List<com.github.dockerjava.api.model.Ulimit> docker(List<Ulimit> ulimits) {
        return ulimits.stream()
                .map(ulimit ->
                        new com.github.dockerjava.api.model.Ulimit(ulimit.name(), ulimit.limit(), ulimit.limit()))
                .toList();
    }

    private static void remove(DockerClient client, @Nullable String id) {
        if (id == null) {
            return;
        }
        try {
            client.removeContainerCmd(id).withForce(true).exec();
        } catch (DockerException e) {
            // The probe's verdict stands; an engine that cannot remove it either has said so already.
        }
    }

    /** A socket file may outlive its service: connecting tells at once, the HTTP client only after its time-out. */
    private static boolean accepts(Path socket) {
        if (!Files.exists(socket)) {
            return false;
        }
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (java.io.IOException e) {
            return false;
        }
    }
}
