package dev.sinter.merger.tree;

import dev.sinter.merger.oci.Digest;
import dev.sinter.merger.tar.EntryType;
import dev.sinter.merger.tar.TarEntry;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An index as a file: big-endian numbers and length-prefixed text; private to this version. */
final class LayerIndexFile {

    private static final int MAGIC = 0x534E5831;
    private static final int BUFFER_BYTES = 1 << 16;

    private LayerIndexFile() {}

    static void write(LayerIndex index, OutputStream target) throws IOException {
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(target, BUFFER_BYTES));
        out.writeInt(MAGIC);
        out.writeLong(index.tarBytes());
        out.writeInt(index.entries().size());
        for (TarEntry entry : index.entries()) {
            writeText(out, entry.path());
            out.writeByte(entry.type().flag());
            out.writeShort(entry.mode());
            out.writeLong(entry.uid());
            out.writeLong(entry.gid());
            out.writeLong(entry.size());
            out.writeLong(entry.mtimeSeconds());
            out.writeInt(entry.mtimeNanos());
            writeText(out, entry.linkTarget());
            writeMap(out, entry.xattrs());
            out.writeLong(entry.dataOffset());
            String sha256 = entry.sha256();
            writeText(out, sha256 == null ? "" : sha256);
        }
        writeMap(out, index.heads());
        out.writeInt(MAGIC);
        out.flush();
    }

    /** {@code null} if there is none; one that another program damaged is none. */
    static @Nullable LayerIndex read(Path file, Digest diffId) {
        if (!Files.exists(file)) {
            return null;
        }
        try (DataInputStream in =
                new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES))) {
            return read(in, diffId);
        } catch (IOException e) {
            return null;
        }
    }

    private static @Nullable LayerIndex read(DataInputStream in, Digest diffId) throws IOException {
        if (in.readInt() != MAGIC) {
            return null;
        }
        long tarBytes = in.readLong();
        int count = in.readInt();
        List<TarEntry> entries = new ArrayList<>(Math.clamp(count, 0, 1 << 16));
        for (int i = 0; i < count; i++) {
            String path = readText(in);
            EntryType type = EntryType.ofFlag(in.readByte());
            if (type == null) {
                return null;
            }
            int mode = in.readShort();
            long uid = in.readLong();
            long gid = in.readLong();
            long size = in.readLong();
            long seconds = in.readLong();
            int nanos = in.readInt();
            String link = readText(in);
            SortedMap<String, String> xattrs = readXattrs(in);
            long offset = in.readLong();
            String sha256 = readText(in);
            entries.add(new TarEntry(
                    path,
                    type,
                    mode,
                    uid,
                    gid,
                    size,
                    seconds,
                    nanos,
                    link,
                    xattrs,
                    offset,
                    sha256.isEmpty() ? null : sha256));
        }
        Map<String, String> heads = new HashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            heads.put(readText(in), readText(in));
        }
        return in.readInt() == MAGIC ? new LayerIndex(diffId, tarBytes, entries, heads) : null;
    }

    private static SortedMap<String, String> readXattrs(DataInputStream in) throws IOException {
        int count = in.readInt();
        if (count == 0) {
            return Collections.emptySortedMap();
        }
        SortedMap<String, String> xattrs = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            xattrs.put(readText(in), readText(in));
        }
        return xattrs;
    }

    private static void writeMap(DataOutputStream out, Map<String, String> map) throws IOException {
        out.writeInt(map.size());
        for (Map.Entry<String, String> entry : map.entrySet()) {
            writeText(out, entry.getKey());
            writeText(out, entry.getValue());
        }
    }

    /** UTF-16, as names may hold lone surrogates. */
    private static void writeText(DataOutputStream out, String text) throws IOException {
        boolean latin = text.chars().allMatch(c -> c < 0x100);
        out.writeInt(latin ? text.length() : -2 * text.length());
        if (latin) {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        } else {
            out.writeChars(text);
        }
    }

    private static String readText(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length >= 0) {
            return new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
        }
        char[] chars = new char[-length / 2];
        for (int i = 0; i < chars.length; i++) {
            chars[i] = in.readChar();
        }
        return new String(chars);
    }
}
