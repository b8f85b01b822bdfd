package dev.sinter.control.setup;

import com.github.dockerjava.api.DockerClient;
import dev.sinter.control.setup.EngineEndpoint.Ulimit;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Finds or brings a container engine and makes sure that it runs containers. */
final class EngineSetup {

    /** Limits any process has; an engine that may not give more starts containers with these. */
    private static final List<Ulimit> LOW_LIMITS = List.of(new Ulimit("nofile", 1024), new Ulimit("nproc", 1024));

    private final Machine machine;
    private final Debian debian;
    private final BaseImage baseImage;

    EngineSetup(Machine machine, Debian debian, BaseImage baseImage) {
        this.machine = machine;
        this.debian = debian;
        this.baseImage = baseImage;
    }

    record Engine(EngineEndpoint endpoint, BaseImage.Base base, String done) {}

    Engine ensure(Consumer<String> progress) {
        EngineChoice choice = EngineChoice.of(machine, machine.program("podman"), EngineProbe::answers);
        return switch (choice) {
            case EngineChoice.Running running -> adopt(running.host(), progress);
            case EngineChoice.StartPodman start -> own(start.podman(), "", progress);
            case EngineChoice.InstallPodman ignored -> {
                String packages = String.join(", ", Debian.ENGINE_PACKAGES);
                progress.accept("Installing Podman: " + packages);
                debian.install(Debian.ENGINE_PACKAGES);
                Path podman = machine.program("podman");
                if (podman == null) {
                    throw new SetupException(
                            "SNT0123", "podman: not on PATH after installing " + packages + " (expected: it is).");
                }
                yield own(podman, "installed " + packages + "; ", progress);
            }
            case EngineChoice.Impossible impossible ->
                throw new SetupException(impossible.code(), impossible.message());
        };
    }

    private Engine adopt(URI host, Consumer<String> progress) {
        try (DockerClient client = EngineClient.open(host)) {
            EngineEndpoint.Kind kind = EngineProbe.kind(client);
            BaseImage.Base base = baseImage.ensure(client, progress);
            List<String> failureList = new ArrayList<>();
            for (List<Ulimit> ulimits : List.of(List.<Ulimit>of(), LOW_LIMITS)) {
                String failure = EngineProbe.failure(client, base.reference(), ulimits);
                if (failure == null) {
                    String limits = ulimits.isEmpty() ? "" : ", containers limited to " + ulimits;
                    return new Engine(
                            new EngineEndpoint(host, kind, null, ulimits),
                            base,
                            "Engine " + kind + " found running on " + host + limits);
                }
                failureList.add(failure);
            }
            throw doesNotRun(host, failureList);
        } catch (IOException e) {
            throw doesNotRun(host, List.of(e.toString()));
        }
    }

    private Engine own(Path podman, String installed, Consumer<String> progress) {
        OwnPodman service = new OwnPodman(podman, machine);
        if (EngineProbe.answers(service.host())) {
            // Its settings are elsewhere if it was started with another cache: it is somebody's all the same.
            Path conf = Files.isRegularFile(service.containersConf()) ? service.containersConf() : null;
            Engine found = adopt(service.host(), progress);
            EngineEndpoint endpoint = new EngineEndpoint(
                    service.host(),
                    EngineEndpoint.Kind.PODMAN,
                    conf,
                    found.endpoint().ulimits());
            return new Engine(endpoint, found.base(), "Engine: Podman started by an earlier run, " + service.host());
        }
        List<String> failureList = new ArrayList<>();
        for (PodmanSettings settings : PodmanSettings.candidates(machine, machine.program("runc"))) {
            progress.accept("Starting a Podman service: " + settings);
            Process process = service.start(settings);
            String failure = "stopped by an error";
            try (DockerClient client = EngineClient.open(service.host())) {
                BaseImage.Base base = baseImage.ensure(client, progress);
                failure = EngineProbe.failure(client, base.reference(), List.of());
                if (failure == null) {
                    EngineEndpoint endpoint = new EngineEndpoint(
                            service.host(), EngineEndpoint.Kind.PODMAN, service.containersConf(), List.of());
                    return new Engine(
                            endpoint,
                            base,
                            "Engine: " + installed + "started Podman on its own socket " + service.host() + ", "
                                    + settings);
                }
                failureList.add(settings + ": " + failure);
            } catch (IOException e) {
                failureList.add(settings + ": " + e);
            } finally {
                if (failure != null) {
                    OwnPodman.stop(process);
                }
            }
        }
        throw doesNotRun(service.host(), failureList);
    }

    private static SetupException doesNotRun(URI host, List<String> failureList) {
        return new SetupException(
                "SNT0125",
                "engine " + host + ": cannot run a container (expected: one that runs `true` exits with 0). It said:\n"
                        + String.join("\n", failureList)
                        + "\nMaybe `docker run` or `podman run` by hand shows more; DOCKER_HOST names another engine.");
    }
}
