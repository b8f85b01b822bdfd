package dev.sinter.merger.transport;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sinter.merger.oci.Json;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Who we are at a registry: files as {@code docker login}, {@code podman login} and pull secrets write them. */
final class Credentials {

    private static final long HELPER_SECONDS = 20;

    private final List<Path> files;
    private final String searchPath;

    private Credentials(List<Path> files, String searchPath) {
        this.files = files;
        this.searchPath = searchPath;
    }

    static Credentials ofUser(Map<String, String> environment) {
        List<Path> files = new ArrayList<>();
        String home = environment.getOrDefault("HOME", "/");
        String authFile = environment.get("REGISTRY_AUTH_FILE");
        String runtime = environment.get("XDG_RUNTIME_DIR");
        if (authFile != null) {
            files.add(Path.of(authFile));
        }
        if (runtime != null) {
            files.add(Path.of(runtime, "containers", "auth.json"));
        }
        files.add(Path.of(environment.getOrDefault("DOCKER_CONFIG", home + "/.docker"), "config.json"));
        return new Credentials(files, environment.getOrDefault("PATH", ""));
    }

    /** {@code user:password}, {@code null} for nobody. */
    @Nullable
    String of(String host) throws IOException {
        String key = host.equals("docker.io") ? "https://index.docker.io/v1/" : host;
        for (Path file : files) {
            if (!Files.isReadable(file)) {
                continue;
            }
            JsonNode document = Json.readObject(Files.readAllBytes(file), file.toString());
            String helper = document.path("credHelpers")
                    .path(key)
                    .asText(document.path("credsStore").asText(""));
            String auth = document.path("auths").path(key).path("auth").asText("");
            if (!auth.isEmpty()) {
                return new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8);
            }
            if (helper.matches("[A-Za-z0-9._-]+")) {
                return ask(helper, key);
            }
        }
        return null;
    }

    private @Nullable String ask(String helper, String key) throws IOException {
        Process process = new ProcessBuilder(program("docker-credential-" + helper), "get")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        // Some helpers ask a person, who may not be there.
        process.onExit().orTimeout(HELPER_SECONDS, TimeUnit.SECONDS).exceptionally(late -> process.destroyForcibly());
        try (OutputStream in = process.getOutputStream()) {
            in.write(key.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // It ended without reading: its exit value says more.
        }
        byte[] answer = process.getInputStream().readNBytes(1 << 16);
        try {
            if (process.waitFor() != 0) {
                return null;
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("merge cancelled");
        }
        JsonNode found = Json.readObject(answer, "docker-credential-" + helper);
        return found.path("Username").asText("") + ":" + found.path("Secret").asText("");
    }

    private String program(String name) throws IOException {
        for (String directory : searchPath.split(File.pathSeparator, -1)) {
            Path program = Path.of(directory, name);
            if (!directory.isEmpty() && Files.isExecutable(program)) {
                return program.toString();
            }
        }
        throw new IOException("credential helper " + name
                + ": not found (expected: on PATH, as the login file names it). Maybe it was uninstalled.");
    }
}
