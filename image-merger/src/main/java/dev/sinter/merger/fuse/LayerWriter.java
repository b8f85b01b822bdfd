package dev.sinter.merger.fuse;

import dev.sinter.merger.MergeException;
import dev.sinter.merger.MergeProblem;
import dev.sinter.merger.fuse.Overlay.Placement;
import dev.sinter.merger.oci.Digest;
import dev.sinter.merger.oci.FileBlob;
import dev.sinter.merger.oci.Layer;
import dev.sinter.merger.tar.EntryType;
import dev.sinter.merger.tar.TarEntry;
import dev.sinter.merger.tar.TarWriter;
import dev.sinter.merger.tree.FileNode;
import dev.sinter.merger.tree.FileTree;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes one new layer: entries sorted by path, every directory above them named with the owner and mode it has, as
 * engines unpack a layer without looking at those below.
 */
final class LayerWriter {

    private static final int BUFFER_BYTES = 1 << 16;

    /** Data in a layer of the member. */
    interface Tars {
        InputStream read(Digest diffId, long offset, long size) throws IOException;
    }

    /** Data of one entry to write. */
    private interface Data {
        InputStream open() throws IOException;
    }

    private record Item(TarEntry entry, Data data) {}

    private final SortedMap<String, Item> items = new TreeMap<>();
    private final FusedTree below;

    /** @param below what lower layers hold */
    LayerWriter(FusedTree below) {
        this.below = below;
    }

    void add(Iterable<Placement> placements, Tars tars) {
        Map<FileNode.File, String> firstNames = new HashMap<>();
        SortedMap<String, Placement> sorted = new TreeMap<>();
        placements.forEach(placement -> sorted.put(placement.path(), placement));
        for (Placement placement : sorted.values()) {
            items.put(placement.path(), item(placement, firstNames, tars));
        }
    }

    void addFile(String path, byte[] content) {
        TarEntry entry = entry(path, EntryType.FILE, 0644, content.length);
        items.put(path, new Item(entry, () -> new ByteArrayInputStream(content)));
    }

    boolean isEmpty() {
        return items.isEmpty();
    }

    /** The layer, uncompressed, in {@code file}. */
    Layer write(Path file) throws IOException {
        addParents();
        MessageDigest sha256 = Digest.newSha256();
        try (OutputStream out =
                new BufferedOutputStream(new DigestOutputStream(Files.newOutputStream(file), sha256), BUFFER_BYTES)) {
            TarWriter tar = new TarWriter(out);
            for (Item item : items.values()) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedIOException("merge cancelled");
                }
                try (InputStream data = item.data().open()) {
                    writeVerified(item.entry(), data, tar);
                }
            }
            tar.finish();
        }
        return new Layer(Digest.from(sha256), FileBlob.whole(file), null);
    }

    /** What was kept of a layer may have been damaged since it was read. */
    private static void writeVerified(TarEntry entry, InputStream data, TarWriter tar) throws IOException {
        if (entry.sha256() == null || entry.type() != EntryType.FILE) {
            tar.write(entry, data);
            return;
        }
        MessageDigest sha256 = Digest.newSha256();
        tar.write(entry, new DigestInputStream(data, sha256));
        Digest found = Digest.from(sha256);
        if (!found.hex().equals(entry.sha256())) {
            throw new MergeException(
                    MergeProblem.DIGEST_MISMATCH,
                    "/" + entry.path() + ": " + found + " (expected: sha256:" + entry.sha256()
                            + "). Maybe its layer or the cache changed during the merge.");
        }
    }

    private static Item item(Placement placement, Map<FileNode.File, String> firstNames, Tars tars) {
        FileNode node = placement.node();
        TarEntry entry = node.entry().withPath(placement.path());
        String content = placement.content();
        if (content != null) {
            byte[] bytes = content.getBytes(StandardCharsets.ISO_8859_1);
            return new Item(entry.withSize(bytes.length), () -> new ByteArrayInputStream(bytes));
        }
        if (placement.linkTarget() != null) {
            return new Item(entry.withLinkTarget(placement.linkTarget()), InputStream::nullInputStream);
        }
        if (!node.isFile()) {
            return new Item(entry, InputStream::nullInputStream);
        }
        @Nullable String first = firstNames.putIfAbsent(node.file(), placement.path());
        if (first != null) {
            return new Item(entry.asHardLinkTo(first), InputStream::nullInputStream);
        }
        return new Item(
                entry,
                () -> tars.read(
                        node.layer(), node.entry().dataOffset(), node.entry().size()));
    }

    private void addParents() {
        for (String path : items.keySet().toArray(String[]::new)) {
            for (String parent = FileTree.parent(path);
                    !parent.isEmpty() && !items.containsKey(parent);
                    parent = FileTree.parent(parent)) {
                FileNode there = below.get(parent);
                TarEntry entry = there == null ? entry(parent, EntryType.DIRECTORY, 0755, 0) : there.entry();
                items.put(parent, new Item(entry.withPath(parent), InputStream::nullInputStream));
            }
        }
    }

    private static TarEntry entry(String path, EntryType type, int mode, long size) {
        return new TarEntry(path, type, mode, 0, 0, size, 0, 0, "", Collections.emptySortedMap(), 0, null);
    }
}
