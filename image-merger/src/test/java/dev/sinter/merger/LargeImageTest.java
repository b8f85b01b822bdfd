package dev.sinter.merger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sinter.merger.TestImage.Tar;
import dev.sinter.merger.oci.Digest;
import dev.sinter.merger.oci.Json;
import dev.sinter.merger.oci.MediaTypes;
import dev.sinter.merger.tar.EntryType;
import dev.sinter.merger.tar.TarWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A heap of 256 MiB is enough however large images are. Of 1 GB here, of as many as {@code -Dsinter.large.gigabytes} says
 * by hand; the layers are sparse files, so that the disk need not hold them.
 */
final class LargeImageTest {

    private static final long GIGABYTES = Long.getLong("sinter.large.gigabytes", 1);
    private static final int BASE_FILES = 40_000;
    private static final int OWN_BYTES = 60_000_000;

    @TempDir
    Path directory = Path.of("");

    @Test
    void twoHundredFiftySixMegabytesOfHeapAreEnough() throws IOException, InterruptedException {
        TestLayout layout = new TestLayout(directory.resolve("in"));
        ObjectNode python = layer(layout, tar -> {
            entry(tar, "usr/bin/python3.13", EntryType.FILE, 0755, 3);
            tar.write(Tar.entry(
                    "usr/bin/python3", EntryType.SYMLINK, 0777, 0, 0, "python3.13", Collections.emptySortedMap()));
            entry(tar, "usr/lib/ld-linux-x86-64.so.2", EntryType.FILE, 0755, 3);
            for (int i = 0; i < BASE_FILES; i++) {
                entry(tar, "data/d" + i / 100 + "/f" + i, EntryType.FILE, 0644, GIGABYTES * 1_000_000_000 / BASE_FILES);
            }
        });
        String a = function(layout, "a", python, OWN_BYTES + 1);
        String b = function(layout, "b", python, OWN_BYTES);
        Path target = directory.resolve("out");

        ForkedJvm.run(
                List.of("-Xmx256m", "-XX:MaxDirectMemorySize=32m"),
                MergeOnce.class,
                directory.resolve("cache").toString(),
                "oci:" + target + ":v1",
                "a=" + a,
                "b=" + b);

        Path base = target.resolve("blobs/sha256")
                .resolve(python.get("digest").asText().substring(7));
        assertThat(Files.size(base)).isEqualTo(python.get("size").asLong()).isGreaterThan(GIGABYTES * 1_000_000_000);
    }

    private static String function(TestLayout layout, String name, ObjectNode base, long bytes) throws IOException {
        ObjectNode own = layer(layout, tar -> {
            byte[] source = TestLayout.text("import flask");
            tar.write(
                    Tar.entry(
                            "srv/" + name + "/app.py",
                            EntryType.FILE,
                            0644,
                            0,
                            source.length,
                            "",
                            Collections.emptySortedMap()),
                    new ByteArrayInputStream(source));
            entry(tar, "srv/" + name + "/weights", EntryType.FILE, 0644, bytes);
        });
        ObjectNode config = Json.object().put("architecture", "amd64").put("os", "linux");
        ObjectNode run = config.putObject("config").put("WorkingDir", "/srv/" + name);
        run.putArray("Env").add("PATH=/usr/bin");
        run.putArray("Cmd").add("python3").add("app.py");
        run.putObject("ExposedPorts").putObject("8080/tcp");
        config.putObject("rootfs")
                .put("type", "layers")
                .putArray("diff_ids")
                .add(base.get("digest").asText())
                .add(own.get("digest").asText());
        ObjectNode manifest = Json.object().put("schemaVersion", 2).put("mediaType", MediaTypes.MANIFEST);
        manifest.set("config", layout.blob(MediaTypes.CONFIG, Json.write(config)));
        manifest.putArray("layers").add(base).add(own);
        return layout.tag(name, layout.blob(MediaTypes.MANIFEST, Json.write(manifest)));
    }

    private interface Content {
        void writeTo(TarWriter tar) throws IOException;
    }

    /** Descriptor of an uncompressed layer in a sparse file. */
    private static ObjectNode layer(TestLayout layout, Content content) throws IOException {
        Path file = layout.file("sha256:layer");
        MessageDigest sha256 = Digest.newSha256();
        long size;
        try (Sparse sparse = new Sparse(file)) {
            TarWriter tar = new TarWriter(new DigestOutputStream(sparse, sha256));
            content.writeTo(tar);
            tar.finish();
            size = sparse.end();
        }
        Digest digest = Digest.from(sha256);
        Files.move(file, layout.file(digest.value()));
        return Json.object()
                .put("mediaType", MediaTypes.LAYER_TAR)
                .put("digest", digest.value())
                .put("size", size);
    }

    /** A file that begins with its path and goes on with zeros. */
    private static void entry(TarWriter tar, String path, EntryType type, int mode, long size) throws IOException {
        byte[] head = path.substring(0, (int) Math.min(size, path.length())).getBytes(StandardCharsets.US_ASCII);
        tar.write(
                Tar.entry(path, type, mode, 0, size, "", Collections.emptySortedMap()),
                new SequenceInputStream(new ByteArrayInputStream(head), new Zeros(size - head.length)));
    }

    private static final class Zeros extends InputStream {

        private long left;

        Zeros(long left) {
            this.left = left;
        }

        @Override
        public int read() {
            return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] buffer, int from, int length) {
            int n = (int) Math.min(length, left);
            Arrays.fill(buffer, from, from + n, (byte) 0);
            left -= n;
            return n == 0 ? -1 : n;
        }
    }

    /** Leaves holes where zeros are written. */
    private static final class Sparse extends OutputStream {

        private static final byte[] ZEROS = new byte[1 << 14];

        private final FileChannel channel;

        Sparse(Path file) throws IOException {
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE);
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] buffer, int from, int length) throws IOException {
            boolean hole = length <= ZEROS.length && Arrays.equals(buffer, from, from + length, ZEROS, 0, length);
            if (hole) {
                channel.position(channel.position() + length);
            } else {
                ByteBuffer rest = ByteBuffer.wrap(buffer, from, length);
                while (rest.hasRemaining()) {
                    channel.write(rest);
                }
            }
        }

        /** The size, made real by a last byte where the end is a hole. */
        long end() throws IOException {
            long size = channel.position();
            channel.write(ByteBuffer.wrap(new byte[1]), size - 1);
            return size;
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
