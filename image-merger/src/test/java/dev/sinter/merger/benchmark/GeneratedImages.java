package dev.sinter.merger.benchmark;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sinter.merger.TestImage.Tar;
import dev.sinter.merger.oci.Digest;
import dev.sinter.merger.oci.FileBlob;
import dev.sinter.merger.oci.Gzip;
import dev.sinter.merger.oci.Json;
import dev.sinter.merger.oci.MediaTypes;
import dev.sinter.merger.tar.EntryType;
import dev.sinter.merger.tar.TarWriter;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.Random;

/**
 * Functions on one base image, in an OCI layout: as many files as a Debian image with Python has, of the sizes found
 * there (most below 10 KiB, some of megabytes), half of their content random and half repeated, so that gzip has the
 * work it has with programs.
 */
final class GeneratedImages {

    private static final int FILE_BYTES = 22_000;

    private final Path layout;
    private final ArrayNode manifests = Json.object().putArray("manifests");
    private final byte[] noise = new byte[1 << 20];
    private long seed;

    GeneratedImages(Path layout) throws IOException {
        this.layout = layout;
        Files.createDirectories(layout.resolve("blobs/sha256"));
        new Random(7).nextBytes(noise);
    }

    /** One layer's descriptor with its diffID and uncompressed size beside it. */
    private record Made(ObjectNode descriptor, Digest diffId, long tarBytes) {}

    private Made baseLayer = new Made(Json.object(), Digest.of(new byte[0]), 0);

    void base(long bytes) throws IOException {
        baseLayer = layer(tar -> {
            for (String directory : new String[] {"app", "etc", "usr", "usr/bin", "usr/lib", "usr/share"}) {
                write(tar, directory, EntryType.DIRECTORY, 0755, "", new byte[0]);
            }
            write(tar, "etc/passwd", EntryType.FILE, 0644, "", text("root:x:0:0:root:/root:/bin/sh\n"));
            write(tar, "etc/group", EntryType.FILE, 0644, "", text("root:x:0:\n"));
            write(tar, "usr/bin/python3.13", EntryType.FILE, 0755, "", content(6_000_000));
            write(tar, "usr/bin/python3", EntryType.SYMLINK, 0777, "python3.13", new byte[0]);
            write(tar, "lib", EntryType.SYMLINK, 0777, "usr/lib", new byte[0]);
            write(tar, "usr/lib/ld-linux-x86-64.so.2", EntryType.FILE, 0755, "", content(200_000));
            files(tar, "usr/share/data", bytes - 6_200_000);
        });
    }

    /** A function that listens with Flask, with packages of its own. */
    void function(String name, long bytes, int version) throws IOException {
        Made made = layer(tar -> {
            String app = "srv/" + name;
            write(tar, app, EntryType.DIRECTORY, 0755, "", new byte[0]);
            write(tar, app + "/app.py", EntryType.FILE, 0644, "", text("import flask # " + version));
            files(tar, "usr/lib/python3.13/site-packages/package_" + name, bytes);
        });
        ObjectNode config = Json.object();
        config.put("architecture", "amd64").put("os", "linux").put("created", "2026-01-02T03:04:05Z");
        ObjectNode run = config.putObject("config");
        run.putArray("Env").add("PATH=/usr/bin").add("LANG=C.UTF-8");
        run.putArray("Cmd").add("python3").add("app.py");
        run.put("WorkingDir", "/srv/" + name).putObject("ExposedPorts").putObject("8080/tcp");
        ArrayNode diffIds = config.putObject("rootfs").put("type", "layers").putArray("diff_ids");
        diffIds.add(baseLayer.diffId().value()).add(made.diffId().value());
        ObjectNode manifest = Json.object();
        manifest.put("schemaVersion", 2).put("mediaType", MediaTypes.MANIFEST);
        manifest.set("config", blob(MediaTypes.CONFIG, Json.write(config)));
        manifest.putArray("layers").add(baseLayer.descriptor()).add(made.descriptor());
        ObjectNode entry = blob(MediaTypes.MANIFEST, Json.write(manifest));
        entry.putObject("annotations").put("org.opencontainers.image.ref.name", name);
        for (int i = manifests.size() - 1; i >= 0; i--) {
            if (manifests
                    .get(i)
                    .at("/annotations/org.opencontainers.image.ref.name")
                    .asText("")
                    .equals(name)) {
                manifests.remove(i);
            }
        }
        manifests.add(entry);
        Files.write(layout.resolve("oci-layout"), text("{\"imageLayoutVersion\":\"1.0.0\"}"));
        ObjectNode index = Json.object();
        index.put("schemaVersion", 2).set("manifests", manifests);
        Files.write(layout.resolve("index.json"), Json.write(index));
    }

    private interface Content {
        void writeTo(TarWriter tar) throws IOException;
    }

    private Made layer(Content content) throws IOException {
        Path plain = Files.createTempFile(layout, "layer", ".tar");
        Path packed = Files.createTempFile(layout, "layer", ".gz");
        try {
            MessageDigest diffId = Digest.newSha256();
            try (OutputStream out =
                    new BufferedOutputStream(new DigestOutputStream(Files.newOutputStream(plain), diffId), 1 << 16)) {
                TarWriter tar = new TarWriter(out);
                content.writeTo(tar);
                tar.finish();
            }
            MessageDigest digest = Digest.newSha256();
            try (InputStream in = FileBlob.whole(plain).open();
                    OutputStream out = new DigestOutputStream(Files.newOutputStream(packed), digest)) {
                Gzip.pack(in, out);
            }
            Digest packedDigest = Digest.from(digest);
            ObjectNode descriptor = descriptor(MediaTypes.LAYER_GZIP, packedDigest, Files.size(packed));
            Made made = new Made(descriptor, Digest.from(diffId), Files.size(plain));
            Files.move(packed, layout.resolve("blobs/sha256").resolve(packedDigest.hex()));
            return made;
        } finally {
            Files.deleteIfExists(plain);
            Files.deleteIfExists(packed);
        }
    }

    private void files(TarWriter tar, String directory, long bytes) throws IOException {
        Random random = new Random(++seed);
        long left = bytes;
        for (int i = 0; left > 0; i++) {
            String parent = directory + "/d" + i / 40;
            if (i % 40 == 0) {
                write(tar, parent, EntryType.DIRECTORY, 0755, "", new byte[0]);
            }
            // The mean is FILE_BYTES, the median a third of it.
            double drawn = FILE_BYTES * Math.exp(random.nextGaussian() * 1.5 - 1.1);
            int size = (int) Math.clamp((long) drawn, 1, Math.min(left, noise.length));
            write(tar, parent + "/module_" + i + ".py", EntryType.FILE, 0644, "", content(size));
            left -= size;
        }
    }

    private byte[] content(int size) {
        byte[] content = new byte[size];
        int from = new Random(++seed).nextInt(noise.length / 2);
        for (int at = 0; at < size; at += 64) {
            int half = Math.min(32, size - at);
            System.arraycopy(noise, (from + at) % (noise.length - 64), content, at, half);
        }
        return content;
    }

    private static void write(TarWriter tar, String path, EntryType type, int mode, String link, byte[] data)
            throws IOException {
        tar.write(
                Tar.entry(path, type, mode, 0, data.length, link, Collections.emptySortedMap()),
                new ByteArrayInputStream(data));
    }

    private ObjectNode blob(String mediaType, byte[] content) throws IOException {
        Digest digest = Digest.of(content);
        Files.write(layout.resolve("blobs/sha256").resolve(digest.hex()), content);
        return descriptor(mediaType, digest, content.length);
    }

    private static ObjectNode descriptor(String mediaType, Digest digest, long size) {
        return Json.object()
                .put("mediaType", mediaType)
                .put("digest", digest.value())
                .put("size", size);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
