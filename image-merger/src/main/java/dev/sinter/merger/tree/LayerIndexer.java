package dev.sinter.merger.tree;

import com.github.luben.zstd.ZstdIOException;
import dev.sinter.merger.MergeException;
import dev.sinter.merger.MergeProblem;
import dev.sinter.merger.oci.Compression;
import dev.sinter.merger.oci.Digest;
import dev.sinter.merger.oci.Layer;
import dev.sinter.merger.tar.EntryType;
import dev.sinter.merger.tar.TarEntry;
import dev.sinter.merger.tar.TarReader;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipException;

/** Reads a layer once: its entries, the digest of every file, and whether the layer is what its digest says. */
final class LayerIndexer {

    private static final int BUFFER_BYTES = 1 << 16;

    private final TreeLimits limits;

    LayerIndexer(TreeLimits limits) {
        this.limits = limits;
    }

    LayerIndex index(Layer layer) throws IOException {
        MessageDigest diffId = Digest.newSha256();
        try (Counting tar = new Counting(layer, diffId, limits)) {
            TarReader reader = new TarReader(tar);
            List<TarEntry> entries = new ArrayList<>();
            Map<String, String> heads = new HashMap<>();
            for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
                if (entries.size() == limits.entriesPerLayer()) {
                    throw new MergeException(
                            MergeProblem.TOO_LARGE,
                            "layer " + layer.diffId() + ": more than " + limits.entriesPerLayer() + " entries");
                }
                entries.add(read(entry, reader, heads));
            }
            tar.drain();
            Digest found = Digest.from(diffId);
            if (!found.equals(layer.diffId())) {
                throw new MergeException(
                        MergeProblem.DIGEST_MISMATCH, "layer: " + found + " (expected: " + layer.diffId() + ")");
            }
            return new LayerIndex(found, tar.bytes, entries, heads);
        } catch (EOFException e) {
            throw new MergeException(
                    MergeProblem.TRUNCATED, "layer " + layer.diffId() + ": ends inside compressed data", e);
        } catch (ZstdIOException e) {
            // The library has no code of its own for it.
            boolean cut = String.valueOf(e.getMessage()).startsWith("Truncated");
            throw new MergeException(
                    cut ? MergeProblem.TRUNCATED : MergeProblem.MALFORMED_TAR,
                    "layer " + layer.diffId() + ": bad zstd data, " + e.getMessage(),
                    e);
        } catch (ZipException e) {
            throw new MergeException(
                    MergeProblem.MALFORMED_TAR, "layer " + layer.diffId() + ": bad gzip data, " + e.getMessage(), e);
        }
    }

    private static TarEntry read(TarEntry entry, TarReader reader, Map<String, String> heads) throws IOException {
        boolean device = entry.type() == EntryType.CHARACTER_DEVICE || entry.type() == EntryType.BLOCK_DEVICE;
        if (device && !entry.path().startsWith("dev/")) {
            throw new MergeException(
                    MergeProblem.DEVICE_NODE,
                    "device node in layer: " + entry.path() + " (expected: devices only under /dev)");
        }
        if (entry.type() != EntryType.FILE) {
            return entry;
        }
        MessageDigest sha256 = Digest.newSha256();
        if (Heads.wanted(entry)) {
            byte[] data = reader.readAll(Math.toIntExact(entry.size()));
            sha256.update(data);
            String kept = Heads.keep(entry.path(), data);
            if (!kept.isEmpty()) {
                heads.put(entry.path(), kept);
            }
        } else {
            byte[] buffer = new byte[(int) Math.min(BUFFER_BYTES, Math.max(1, entry.size()))];
            for (int n = reader.read(buffer, 0, buffer.length); n >= 0; n = reader.read(buffer, 0, buffer.length)) {
                sha256.update(buffer, 0, n);
            }
        }
        return entry.withSha256(HexFormat.of().formatHex(sha256.digest()));
    }

    /** The uncompressed layer: digested, counted, and stopped when it inflates beyond reason or the thread is told to. */
    private static final class Counting extends FilterInputStream {

        private final Layer layer;
        private final MessageDigest digest;
        private final long limit;
        private final long packedBytes;
        private long bytes;

        Counting(Layer layer, MessageDigest digest, TreeLimits limits) throws IOException {
            super(layer.openTar());
            this.layer = layer;
            this.digest = digest;
            this.packedBytes = layer.blob().size();
            boolean packed = Compression.of(layer.blob()) != Compression.NONE;
            this.limit =
                    packed ? Math.min(limits.layerBytes(), limits.inflatedBytes(packedBytes)) : limits.layerBytes();
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] buffer, int from, int length) throws IOException {
            int n = super.read(buffer, from, length);
            if (n > 0) {
                digest.update(buffer, from, n);
                bytes += n;
                if (bytes > limit) {
                    throw new MergeException(
                            MergeProblem.TOO_LARGE,
                            "layer " + layer.diffId() + ": more than " + limit + " bytes when uncompressed, of "
                                    + packedBytes + " compressed");
                }
                if (Thread.currentThread().isInterrupted()) {
                    throw new java.io.InterruptedIOException("merge cancelled");
                }
            }
            return n;
        }

        @Override
        public long skip(long n) throws IOException {
            byte[] buffer = new byte[(int) Math.min(BUFFER_BYTES, Math.max(0, n))];
            return n <= 0 ? 0 : Math.max(0, read(buffer, 0, buffer.length));
        }

        void drain() throws IOException {
            byte[] buffer = new byte[BUFFER_BYTES];
            while (read(buffer, 0, buffer.length) >= 0) {}
        }
    }
}
