package dev.sinter.merger.transport;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sinter.merger.oci.Json;
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

    Credentials(List<Path> files) {
        this.files = files;
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
        return new Credentials(files);
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

    private static @Nullable String ask(String helper, String key) throws IOException {
        Process process = new ProcessBuilder("docker-credential-" + helper, "get")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(key.getBytes(StandardCharsets.UTF_8));
        }
        byte[] answer = process.getInputStream().readNBytes(1 << 16);
        try {
            if (!process.waitFor(HELPER_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
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
}
