package dev.sinter.control.compose;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads Compose files (compose-spec.io): the keys and labels of Sinter's contract, short and long, variables put in,
 * {@code .env} beside the file included. Whatever else the file asks for is refused, or warned of where it changes
 * nothing here. Reads files only; starts nothing.
 */
public final class ComposeFile {

    private static final int MAX_BYTES = 1 << 20;

    private ComposeFile() {}

    /**
     * @param environment variables that win over those of {@code .env}
     * @throws ComposeException for any file that is not a Compose file Sinter can run, with file and line
     */
    public static Application read(Path file, Map<String, String> environment) {
        Path absolute = file.toAbsolutePath().normalize();
        Path directory = absolute.getParent();
        if (directory == null || Files.isDirectory(absolute)) {
            throw new ComposeException("SNT0501", file + ": a directory (expected: a Compose file).");
        }
        Interpolation interpolation = new Interpolation(variables(directory, environment));
        Value root = new YamlReader(file.toString(), interpolation).read(text(file, absolute));
        return application(root, directory, variables(directory, environment), interpolation);
    }

    private static Application application(
            Value root, Path directory, Map<String, String> variables, Interpolation interpolation) {
        List<String> warningList = new ArrayList<>();
        SequencedMap<String, Value> fieldMap = Keys.TOP.check(root, warningList::add);
        Value services = fieldMap.get("services");
        if (services == null || services.isNull() || services.fields().isEmpty()) {
            throw root.place().error("SNT0508", "no `services` (expected: at least one).");
        }
        Set<String> volumeNames = volumeNames(fieldMap.get("volumes"), warningList);
        ServiceReader serviceReader = new ServiceReader(directory, variables, volumeNames, warningList::add);
        SequencedMap<String, Service> serviceMap = new LinkedHashMap<>();
        services.fields().forEach((name, value) -> {
            requireName(name, value.place());
            serviceMap.put(name, serviceReader.read(name, value));
        });
        requireDependencies(serviceMap, services);
        warningList.addAll(interpolation.warnings());
        return new Application(
                name(fieldMap.get("name"), directory, variables),
                directory,
                SinterLabels.ofApplication(fieldMap.get("labels")),
                serviceMap,
                warningList);
    }

    private static String text(Path file, Path absolute) {
        try {
            byte[] content;
            try (InputStream in = Files.newInputStream(absolute)) {
                content = in.readNBytes(MAX_BYTES + 1);
            }
            if (content.length > MAX_BYTES) {
                throw new ComposeException("SNT0501", file + ": larger than 1 MiB (expected: a Compose file).");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
        } catch (NoSuchFileException e) {
            throw new ComposeException(
                    "SNT0501", file + ": no such file (expected: a Compose file). Maybe name another by --file.", e);
        } catch (CharacterCodingException e) {
            throw new ComposeException("SNT0501", file + ": not UTF-8 (expected: a Compose file in UTF-8).", e);
        } catch (IOException e) {
            throw new ComposeException("SNT0501", file + ": " + e + " (expected: a readable Compose file).", e);
        }
    }

    private static Map<String, String> variables(Path directory, Map<String, String> environment) {
        Path dotEnv = directory.resolve(".env");
        Map<String, String> variableMap = new LinkedHashMap<>();
        if (Files.isRegularFile(dotEnv)) {
            try {
                variableMap.putAll(EnvFile.read(dotEnv, environment));
            } catch (IOException e) {
                throw new ComposeException("SNT0505", dotEnv + ": " + e + " (expected: KEY=VALUE lines).", e);
            }
        }
        variableMap.putAll(environment);
        return variableMap;
    }

    private static Set<String> volumeNames(@Nullable Value value, List<String> warningList) {
        if (value == null || value.isNull()) {
            return Set.of();
        }
        value.fields().forEach((name, volume) -> {
            if (!volume.isNull()) {
                Keys.VOLUME.check(volume, warningList::add);
            }
        });
        return Set.copyOf(value.fields().keySet());
    }

    /** As Compose: {@code name}, else COMPOSE_PROJECT_NAME, else the directory's name, in lower case. */
    private static String name(@Nullable Value value, Path directory, Map<String, String> variables) {
        if (value != null && !value.isNull()) {
            if (!value.text().matches("[a-z0-9][a-z0-9_-]{0,62}")) {
                throw value.place().unexpected(value.text(), "up to 63 lower-case letters, digits, - and _");
            }
            return value.text();
        }
        String named = variables.getOrDefault("COMPOSE_PROJECT_NAME", String.valueOf(directory.getFileName()));
        String normal =
                named.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_-]", "").replaceAll("^[_-]+", "");
        return normal.isEmpty() ? "application" : normal.substring(0, Math.min(63, normal.length()));
    }

    private static void requireName(String name, Place place) {
        if (!name.matches("[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}")) {
            throw place.error(
                    "SNT0509", place.path() + ": service name (expected: up to 63 letters, digits, . _ and -).");
        }
        if (name.equals("gateway") || name.equals("anchor") || name.startsWith("fused-")) {
            throw place.error(
                    "SNT0509",
                    place.path() + ": service name (expected: not gateway, anchor or fused-…, which Sinter's own"
                            + " workloads are called).");
        }
    }

    private static void requireDependencies(SequencedMap<String, Service> serviceMap, Value services) {
        serviceMap.forEach((name, service) -> service.dependsOn().keySet().forEach(dependency -> {
            if (!serviceMap.containsKey(dependency)) {
                throw place(services, name)
                        .error(
                                "SNT0507",
                                "services." + name + ".depends_on: " + dependency + " (expected: one of "
                                        + String.join(", ", serviceMap.keySet()) + ").");
            }
        }));
        NavigableMap<String, Service> remaining = new TreeMap<>(serviceMap);
        boolean found = true;
        while (found) {
            found = remaining
                    .values()
                    .removeIf(service -> service.dependsOn().keySet().stream().noneMatch(remaining::containsKey));
        }
        if (!remaining.isEmpty()) {
            String first = remaining.firstKey();
            throw place(services, first)
                    .error(
                            "SNT0507",
                            "services: " + String.join(", ", remaining.keySet())
                                    + " depend on each other in a circle (expected: none).");
        }
    }

    private static Place place(Value services, String name) {
        Value service = services.fields().get(name);
        return service == null ? services.place() : service.place();
    }
}
