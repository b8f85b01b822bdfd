package dev.sinter.control.server;

import dev.sinter.control.api.ServerEndpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Where servers keep what must outlive them, a directory per application, readable by their owner only. */
public final class StateDirectory {

    private final Path root;

    public StateDirectory(Path root) {
        this.root = root;
    }

    /** {@code $SINTER_STATE}, else {@code $XDG_STATE_HOME/sinter}, else {@code ~/.local/state/sinter}. */
    public static StateDirectory of(Map<String, String> environment) {
        String own = environment.get("SINTER_STATE");
        if (own != null && !own.isBlank()) {
            return new StateDirectory(Path.of(own));
        }
        String xdg = environment.get("XDG_STATE_HOME");
        Path base = xdg != null && !xdg.isBlank()
                ? Path.of(xdg)
                : Path.of(environment.getOrDefault("HOME", "."), ".local", "state");
        return new StateDirectory(base.resolve("sinter"));
    }

    /** The directory of one application, made if there is none. */
    public Path of(String application) {
        Path directory = root.resolve(application);
        try {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw failed(directory, e);
        }
        return directory;
    }

    /** Applications whose server left an endpoint, by name. */
    public List<ServerEndpoint> endpoints() {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (Stream<Path> directories = Files.list(root)) {
            return directories
                    .sorted()
                    .map(ServerEndpoint::read)
                    .flatMap(Stream::ofNullable)
                    .toList();
        } catch (IOException e) {
            throw failed(root, e);
        }
    }

    /** Forgets an application: groups, history, endpoint. */
    public void delete(String application) {
        Path directory = root.resolve(application);
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw failed(directory, e);
        }
    }

    private static ServerException failed(Path directory, IOException e) {
        return new ServerException(
                "SNT0903",
                "state directory " + directory + ": " + e + " (expected: a directory this user can write, with space)."
                        + " Maybe set SINTER_STATE",
                e);
    }
}
