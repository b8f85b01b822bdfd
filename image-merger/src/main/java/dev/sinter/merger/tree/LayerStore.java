package dev.sinter.merger.tree;

import dev.sinter.merger.oci.Compression;
import dev.sinter.merger.oci.Digest;
import dev.sinter.merger.oci.FileBlob;
import dev.sinter.merger.oci.Gzip;
import dev.sinter.merger.oci.Layer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is known of layers from earlier merges, by digest: their index, the tar of those that functions own, those that
 * were built gzipped, and configs by the engine's id. Files appear whole or not at all, so that several merges and processes may share a directory.
 */
public final class LayerStore {

    /** Changes with the form of the files. */
    private static final String VERSION = "v2";

    private final Path directory;
    private final LayerIndexer indexer;
    private final Clock clock;

    public LayerStore(Path directory, TreeLimits limits, Clock clock) {
        this.directory = directory.resolve(VERSION);
        this.indexer = new LayerIndexer(limits);
        this.clock = clock;
    }

    /** Reads the layer if its index is not known yet. */
    public LayerIndex index(Layer layer) throws IOException {
        Path file = file(layer.diffId(), ".index");
        LayerIndex known = LayerIndexFile.read(file, layer.diffId());
        if (known != null) {
            touch(file);
            return known;
        }
        LayerIndex index = indexer.index(layer);
        write(file, out -> LayerIndexFile.write(index, out));
        return index;
    }

    public boolean hasIndex(Digest diffId) {
        return Files.exists(file(diffId, ".index"));
    }

    /** The kept tar of a layer, {@code null} if it was not kept. */
    public @Nullable FileBlob tar(Digest diffId) throws IOException {
        Path file = file(diffId, ".tar");
        if (!Files.exists(file)) {
            return null;
        }
        touch(file);
        return FileBlob.whole(file);
    }

    /** The uncompressed layer as a file, unpacked if need be. */
    public FileBlob requireTar(Layer layer) throws IOException {
        FileBlob kept = tar(layer.diffId());
        if (kept != null) {
            return kept;
        }
        FileBlob blob = layer.blob().asFile();
        if (blob != null && Compression.of(blob) == Compression.NONE) {
            return blob;
        }
        return keep(layer);
    }

    public FileBlob keep(Layer layer) throws IOException {
        Path file = file(layer.diffId(), ".tar");
        if (!Files.exists(file)) {
            try (InputStream tar = layer.openTar()) {
                write(file, tar::transferTo);
            }
        }
        return FileBlob.whole(file);
    }

    /** A new layer gzipped, from an earlier merge if there was one with the same; what was damaged since is made again. */
    public Packed packed(Layer layer) throws IOException {
        Path file = file(layer.diffId(), ".gz");
        Path note = file(layer.diffId(), ".packed");
        if (Files.exists(file) && Files.exists(note)) {
            touch(file);
            touch(note);
            Packed kept = new Packed(FileBlob.whole(file), FileBlob.whole(file).digest());
            if (Files.readString(note).equals(kept.digest().hex())) {
                return kept;
            }
        }
        MessageDigest sha256 = Digest.newSha256();
        try (InputStream tar = layer.openTar()) {
            write(file, out -> Gzip.pack(tar, new DigestOutputStream(out, sha256)));
        }
        Packed made = new Packed(FileBlob.whole(file), Digest.from(sha256));
        write(note, out -> out.write(made.digest().hex().getBytes(StandardCharsets.US_ASCII)));
        return made;
    }

    /** @param digest of the compressed bytes */
    public record Packed(FileBlob blob, Digest digest) {}

    /** Something small by its digest, such as an image's config; {@code null} if not kept, or damaged since. */
    public byte @Nullable [] document(Digest digest) throws IOException {
        Path file = file(digest, ".document");
        if (!Files.exists(file)) {
            return null;
        }
        touch(file);
        byte[] document = Files.readAllBytes(file);
        return Digest.of(document).equals(digest) ? document : null;
    }

    public void keepDocument(Digest digest, byte[] document) throws IOException {
        write(file(digest, ".document"), out -> out.write(document));
    }

    /** Removes what was not used for longest until at most {@code bytes} are left. */
    public void trim(long bytes) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        List<Kept> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                all.add(new Kept(file, Files.size(file), Files.getLastModifiedTime(file)));
            }
        }
        all.sort(Comparator.comparing(Kept::used).reversed());
        long sum = 0;
        for (Kept kept : all) {
            sum += kept.bytes();
            if (sum > bytes) {
                Files.deleteIfExists(kept.file());
            }
        }
    }

    private record Kept(Path file, long bytes, FileTime used) {}

    private interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    private void write(Path file, Content content) throws IOException {
        Files.createDirectories(directory);
        Path part = Files.createTempFile(directory, "part-", null);
        try {
            try (OutputStream out = Files.newOutputStream(part)) {
                content.writeTo(out);
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private void touch(Path file) {
        try {
            Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
        } catch (IOException e) {
            // Trimmed by another process meanwhile: it shows where the file is opened.
            if (Files.exists(file)) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private Path file(Digest digest, String suffix) {
        return directory.resolve(digest.hex() + suffix);
    }
}
