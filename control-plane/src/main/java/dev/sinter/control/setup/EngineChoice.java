package dev.sinter.control.setup;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Which way leads to a container engine on this machine. */
sealed interface EngineChoice {

    /** An engine answers there: use it as it is. */
    record Running(URI host) implements EngineChoice {}

    /** Podman is installed: start a service of our own on our own socket. */
    record StartPodman(Path podman) implements EngineChoice {}

    /** Nothing is installed, but packages can be. */
    record InstallPodman() implements EngineChoice {}

    /** Nothing can be done from here. */
    record Impossible(String code, String message) implements EngineChoice {}

    /** @param answers whether an engine answers the Docker API at an address, within a short time */
    static EngineChoice of(Machine machine, @Nullable Path podman, Predicate<URI> answers) {
        String named = machine.environment().getOrDefault("DOCKER_HOST", "");
        if (!named.isEmpty()) {
            URI host = uri(named);
            return host != null && answers.test(host)
                    ? new Running(host)
                    : new Impossible(
                            "SNT0121",
                            "DOCKER_HOST: " + named + " (expected: an engine that answers the Docker API there). Maybe"
                                    + " start it, or unset DOCKER_HOST and let Sinter find or bring one.");
        }
        for (URI host : usualSockets(machine)) {
            if (answers.test(host)) {
                return new Running(host);
            }
        }
        if (podman != null) {
            return new StartPodman(podman);
        }
        if (machine.root() && machine.debianLike()) {
            return new InstallPodman();
        }
        return new Impossible(
                "SNT0122",
                "container engine: none found (expected: Docker or Podman running, or Podman installed). "
                        + (machine.debianLike()
                                ? "Run `sudo apt-get install -y " + String.join(" ", Debian.ENGINE_PACKAGES)
                                        + "`, then this command again."
                                : "Install Docker or Podman by your system's package manager, then run this again."));
    }

    private static @Nullable URI uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            return null;
        }
    }

    /** The machine's own engines first, rootful before rootless, then a service an earlier run of ours started. */
    private static List<URI> usualSockets(Machine machine) {
        List<String> pathList = new ArrayList<>(List.of("/var/run/docker.sock", "/run/podman/podman.sock"));
        String runtime = machine.environment().getOrDefault("XDG_RUNTIME_DIR", "");
        if (runtime.startsWith("/")) {
            pathList.add(runtime + "/docker.sock");
            pathList.add(runtime + "/podman/podman.sock");
        }
        return pathList.stream().map(path -> URI.create("unix://" + path)).toList();
    }
}
