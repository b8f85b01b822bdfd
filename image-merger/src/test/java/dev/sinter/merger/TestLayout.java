package dev.sinter.merger;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.luben.zstd.Zstd;
import dev.sinter.merger.oci.Digest;
import dev.sinter.merger.oci.Gzip;
import dev.sinter.merger.oci.Json;
import dev.sinter.merger.oci.MediaTypes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** An OCI layout in which everything can be as it should not be. */
public final class TestLayout {

    public static final String DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";
    public static final String DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip";
    public static final String ZSTD_LAYER = "application/vnd.oci.image.layer.v1.tar+zstd";

    private final Path directory;
    private final ArrayNode manifests = Json.object().putArray("manifests");

    public TestLayout(Path directory) {
        this.directory = directory;
        try {
            Files.createDirectories(directory.resolve("blobs/sha256"));
            Files.writeString(directory.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its descriptor. */
    public ObjectNode blob(String mediaType, byte[] content) {
        Digest digest = Digest.of(content);
        try {
            Files.write(directory.resolve("blobs/sha256").resolve(digest.hex()), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Json.object()
                .put("mediaType", mediaType)
                .put("digest", digest.value())
                .put("size", content.length);
    }

    /** An ordinary OCI image with gzipped layers. */
    public ObjectNode image(TestImage image) {
        return blob(MediaTypes.MANIFEST, Json.write(manifest(image)));
    }

    /** A manifest not yet written. */
    public ObjectNode manifest(TestImage image) {
        ObjectNode manifest = Json.object();
        manifest.put("schemaVersion", 2).put("mediaType", MediaTypes.MANIFEST);
        manifest.set("config", blob(MediaTypes.CONFIG, image.config()));
        ArrayNode layers = manifest.putArray("layers");
        image.layers().forEach(layer -> layers.add(blob(MediaTypes.LAYER_GZIP, gzip(layer))));
        return manifest;
    }

    /** As registries serve what {@code docker push} gave them. */
    public ObjectNode dockerImage(TestImage image) {
        ObjectNode manifest = Json.object();
        manifest.put("schemaVersion", 2).put("mediaType", MediaTypes.DOCKER_MANIFEST);
        manifest.set("config", blob(DOCKER_CONFIG, image.config()));
        ArrayNode layers = manifest.putArray("layers");
        image.layers().forEach(layer -> layers.add(blob(DOCKER_LAYER, gzip(layer))));
        return blob(MediaTypes.DOCKER_MANIFEST, Json.write(manifest));
    }

    public ObjectNode index(String mediaType, ObjectNode... entries) {
        ObjectNode index = Json.object();
        index.put("schemaVersion", 2).put("mediaType", mediaType);
        ArrayNode list = index.putArray("manifests");
        for (ObjectNode entry : entries) {
            list.add(entry);
        }
        return blob(mediaType, Json.write(index));
    }

    /** Names what a descriptor leads to; the reference by which a merger finds it. */
    public String tag(String name, ObjectNode descriptor) {
        ObjectNode entry = descriptor.deepCopy();
        entry.putObject("annotations").put("org.opencontainers.image.ref.name", name);
        manifests.add(entry);
        ObjectNode index = Json.object();
        index.put("schemaVersion", 2).set("manifests", manifests);
        try {
            Files.write(directory.resolve("index.json"), Json.write(index));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return "oci:" + directory + ":" + name;
    }

    public Path file(String digest) {
        return directory.resolve("blobs/sha256").resolve(digest.substring("sha256:".length()));
    }

    public static byte[] gzip(byte[] content) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try {
            Gzip.pack(new ByteArrayInputStream(content), packed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    public static byte[] zstd(byte[] content) {
        return Zstd.compress(content);
    }

    public static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
