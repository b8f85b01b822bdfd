package dev.sinter.control.platform;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerClientException;
import dev.sinter.control.setup.ImagePull;
import dev.sinter.control.setup.SetupResult;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** The image of every sidecar and gateway: the base image, iptables, Envoy, and a script that captures, then yields. */
final class SidecarImage {

    static final String SCRIPT = "/usr/local/bin/sinter-sandbox";
    static final String ENVOY = "/usr/local/bin/envoy";
    static final int ENVOY_USER = 1337;

    private static final int BUILD_SECONDS = 300;
    private static final int EXECUTABLE = 0100755;

    private SidecarImage() {}

    /** Its reference, built now if the engine lacks it. The tag follows from what is in it. */
    static String ensure(DockerClient client, SetupResult setup, Consumer<String> progress) {
        try {
            byte[] script = script();
            String containerfile = containerfile(setup.baseImage());
            String reference = "localhost/sinter/sidecar:"
                    + SpecHash.of(
                                    containerfile,
                                    new String(script, StandardCharsets.UTF_8),
                                    setup.envoyVersion(),
                                    Files.size(setup.envoy()))
                            .substring(0, 12);
            if (!ImagePull.present(client, reference)) {
                progress.accept("Building the sidecar image with Envoy " + setup.envoyVersion());
                build(client, reference, containerfile, script, setup.envoy());
            }
            return reference;
        } catch (IOException | DockerClientException e) {
            throw new PlatformException(
                    "SNT0604",
                    "sidecar image: " + e.getMessage() + " (expected: built from " + setup.baseImage()
                            + " and the Debian package iptables). Maybe no package mirror answers from inside a build.",
                    e);
        }
    }

    private static String containerfile(String base) {
        return """
                FROM %s
                RUN apt-get update && apt-get install -y --no-install-recommends iptables && rm -rf /var/lib/apt/lists/*
                COPY sinter-sandbox envoy /usr/local/bin/
                ENTRYPOINT ["%s"]
                """.formatted(base, SCRIPT);
    }

    private static void build(DockerClient client, String reference, String containerfile, byte[] script, Path envoy)
            throws IOException {
        Path context = Files.createTempFile("sinter-sidecar", ".tar");
        try {
            try (TarArchiveOutputStream out = new TarArchiveOutputStream(Files.newOutputStream(context))) {
                put(out, "Dockerfile", containerfile.getBytes(StandardCharsets.UTF_8), 0100644);
                put(out, "sinter-sandbox", script, EXECUTABLE);
                TarArchiveEntry entry = new TarArchiveEntry("envoy");
                entry.setSize(Files.size(envoy));
                entry.setMode(EXECUTABLE);
                out.putArchiveEntry(entry);
                Files.copy(envoy, out);
                out.closeArchiveEntry();
            }
            try (InputStream in = Files.newInputStream(context)) {
                client.buildImageCmd(in)
                        .withTags(Set.of(reference))
                        .withNetworkMode("host")
                        .start()
                        .awaitImageId(BUILD_SECONDS, TimeUnit.SECONDS);
            }
        } finally {
            Files.deleteIfExists(context);
        }
    }

    /** Writes one file owned by root. */
    static void put(TarArchiveOutputStream out, String name, byte[] content, int mode) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(content.length);
        entry.setMode(mode);
        out.putArchiveEntry(entry);
        out.write(content);
        out.closeArchiveEntry();
    }

    private static byte[] script() throws IOException {
        try (InputStream in = SidecarImage.class.getResourceAsStream("sinter-sandbox")) {
            if (in == null) {
                throw new IOException("resource sinter-sandbox: missing (expected: beside " + SidecarImage.class + ")");
            }
            return in.readAllBytes();
        }
    }
}
