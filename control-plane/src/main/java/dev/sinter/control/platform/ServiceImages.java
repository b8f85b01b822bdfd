package dev.sinter.control.platform;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.BuildImageCmd;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.DockerClientException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ContainerConfig;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.InternetProtocol;
import dev.sinter.control.compose.Service;
import dev.sinter.control.compose.Service.Build;
import dev.sinter.control.setup.Commands;
import dev.sinter.control.setup.EngineEndpoint;
import dev.sinter.control.setup.ImagePull;
import dev.sinter.control.setup.SetupResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Gets the images that services name: builds, finds or pulls them. Safe for concurrent use. */
final class ServiceImages {

    private static final Duration BUILD = Duration.ofMinutes(15);

    /** Where Debian, Alpine and their descendants keep the bundle every TLS library reads. */
    private static final String BUNDLE = "/etc/ssl/certs/ca-certificates.crt";

    private final DockerClient client;
    private final SetupResult setup;
    private final String application;
    private final Commands commands;

    ServiceImages(DockerClient client, SetupResult setup, String application, Commands commands) {
        this.client = client;
        this.setup = setup;
        this.application = application;
        this.commands = commands;
    }

    Image ensure(Service service, Consumer<String> progress) {
        Build build = service.build();
        if (build != null) {
            String reference = service.image() == null
                    ? "localhost/sinter/" + application + "/" + service.name() + ":latest"
                    : service.image();
            progress.accept("Building " + service.name() + " from " + build.context());
            build(service.name(), build, reference);
            return image(reference);
        }
        String reference = service.image();
        if (reference == null) {
            throw new PlatformException(
                    "SNT0603", "service " + service.name() + ": no image (expected: `image` or `build`).");
        }
        if (!ImagePull.present(client, reference)) {
            progress.accept("Pulling " + reference);
            String refusal = ImagePull.pull(client, reference);
            if (!refusal.isEmpty()) {
                throw new PlatformException(
                        "SNT0603",
                        "service " + service.name() + ": image " + reference + " is not in the engine, and "
                                + refusal + " (expected: present, or in a registry that answers). Maybe build it, or"
                                + " load it by `docker load -i FILE`.");
            }
        }
        return image(reference);
    }

    Image image(String reference) {
        InspectImageResponse inspected;
        try {
            inspected = client.inspectImageCmd(reference).exec();
        } catch (NotFoundException e) {
            throw new PlatformException(
                    "SNT0603", "image " + reference + ": not in the engine (expected: built, pulled or loaded).", e);
        }
        ContainerConfig config = inspected.getConfig();
        return new Image(
                reference,
                String.valueOf(inspected.getId()),
                config == null ? List.of() : exposed(config),
                config == null ? Map.of() : environment(config),
                config == null || config.getLabels() == null ? Map.of() : config.getLabels());
    }

    private void build(String service, Build build, String reference) {
        Path file = build.dockerfile() == null
                ? defaultFile(build.context())
                : build.context().resolve(build.dockerfile());
        if (file == null || !Files.isRegularFile(file)) {
            throw new PlatformException(
                    "SNT0604",
                    "service " + service + ": " + (file == null ? build.context() : file)
                            + " (expected: a Dockerfile or Containerfile there).");
        }
        Map<String, String> argMap = new LinkedHashMap<>();
        argMap.put("BASE", setup.baseImage());
        argMap.putAll(build.args());
        Path certificates = setup.privateCertificates();
        String failure = certificates != null && setup.engine().kind() == EngineEndpoint.Kind.PODMAN
                ? buildTrusting(certificates, build.context(), file, argMap, reference)
                : buildByApi(build.context(), file, argMap, reference);
        if (failure != null || !ImagePull.present(client, reference)) {
            throw new PlatformException(
                    "SNT0604",
                    "service " + service + ": building " + file + " failed (expected: an image " + reference
                            + "). The build said:\n" + failure);
        }
    }

    private static @Nullable Path defaultFile(Path context) {
        return Stream.of("Dockerfile", "Containerfile")
                .map(context::resolve)
                .filter(Files::isRegularFile)
                .findFirst()
                .orElse(null);
    }

    private @Nullable String buildByApi(Path context, Path file, Map<String, String> args, String reference) {
        BuildImageCmd command = client.buildImageCmd()
                .withBaseDirectory(context.toFile())
                .withDockerfile(file.toFile())
                .withTags(Set.of(reference));
        args.forEach(command::withBuildArg);
        BuildLog log = new BuildLog();
        try (log) {
            command.exec(log).awaitImageId(BUILD.toSeconds(), TimeUnit.SECONDS);
            return null;
        } catch (DockerException | DockerClientException | java.io.IOException e) {
            return log.tail() + e.getMessage();
        }
    }

    /**
     * Mounts the bundle over the image's own while it builds, which the Docker API cannot say: by the program, on the
     * storage that the service uses. Such machines reach their package index over the host's network only.
     */
    private @Nullable String buildTrusting(
            Path certificates, Path context, Path file, Map<String, String> args, String reference) {
        List<String> argv = new ArrayList<>(List.of("podman", "build", "--network", "host", "--volume"));
        argv.add(certificates + ":" + BUNDLE + ":ro");
        args.forEach((name, value) -> argv.addAll(List.of("--build-arg", name + "=" + value)));
        argv.addAll(List.of("--tag", reference, "--file", file.toString(), context.toString()));
        Path conf = setup.engine().containersConf();
        Map<String, String> environment = conf == null ? Map.of() : Map.of("CONTAINERS_CONF", conf.toString());
        Commands.Finished finished = commands.run(BUILD, environment, argv);
        return finished.ok() ? null : finished.tail(12);
    }

    private static List<Integer> exposed(ContainerConfig config) {
        ExposedPort[] ports = config.getExposedPorts();
        return ports == null
                ? List.of()
                : Arrays.stream(ports)
                        .filter(port -> port.getProtocol() == InternetProtocol.TCP)
                        .map(ExposedPort::getPort)
                        .sorted()
                        .toList();
    }

    private static Map<String, String> environment(ContainerConfig config) {
        Map<String, String> variableMap = new LinkedHashMap<>();
        String[] variables = config.getEnv();
        for (String variable : variables == null ? new String[0] : variables) {
            int equals = variable.indexOf('=');
            if (equals > 0) {
                variableMap.put(variable.substring(0, equals), variable.substring(equals + 1));
            }
        }
        return variableMap;
    }
}
