package dev.sinter.control.api;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * Where a running server is reached; lies in its state directory, readable by its owner only.
 *
 * @param application name of the application it runs
 * @param port of the JSON interface on loopback
 * @param token bearer token
 * @param pid of the server process
 */
public record ServerEndpoint(String application, int port, String token, long pid) {

    private static final String FILE = "endpoint.json";

    /** Writes it into a state directory, whole or not at all. */
    public void write(Path directory) {
        try {
            Path temporary = Files.createTempFile(
                    directory,
                    FILE,
                    ".tmp",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.write(temporary, ApiServer.mapper().writeValueAsBytes(this));
            Files.move(temporary, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw failed(directory.resolve(FILE), e);
        }
    }

    /** Reads it from a state directory, or null if no server left one there. */
    public static @Nullable ServerEndpoint read(Path directory) {
        Path file = directory.resolve(FILE);
        if (!Files.exists(file)) {
            return null;
        }
        try {
            return ApiServer.mapper().readValue(Files.readAllBytes(file), ServerEndpoint.class);
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    /** Removes it: no server runs here any more. */
    public static void delete(Path directory) {
        try {
            Files.deleteIfExists(directory.resolve(FILE));
        } catch (IOException e) {
            throw failed(directory.resolve(FILE), e);
        }
    }

    private static ApiException failed(Path file, IOException e) {
        return new ApiException(
                "SNT0912",
                "endpoint file " + file + ": " + e + " (expected: one this user can read and write, with space on the"
                        + " disk)");
    }
}
