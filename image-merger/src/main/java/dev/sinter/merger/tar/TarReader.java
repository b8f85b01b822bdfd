package dev.sinter.merger.tar;

import dev.sinter.merger.MergeException;
import dev.sinter.merger.MergeProblem;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tar stream entry by entry; not thread-safe. Every malformed, truncated or oversized header ends in a {@link
 * MergeException}; memory is bounded by {@link #MAX_HEADER_BYTES} however large the archive is.
 */
public final class TarReader {

    static final int BLOCK = 512;
    /** Kernels refuse longer paths. */
    private static final int MAX_PATH_BYTES = 4096;
    /** Extended attributes of one file; Linux allows 64 KiB each. */
    private static final int MAX_HEADER_BYTES = 1 << 20;

    private static final SortedMap<String, String> NONE = Collections.unmodifiableSortedMap(new TreeMap<>());

    private final InputStream in;
    private final byte[] block = new byte[BLOCK];
    private final PaxRecords globals = new PaxRecords();
    private long offset;
    private long dataLeft;
    private long padding;

    public TarReader(InputStream in) {
        this.in = in;
    }

    /** The next entry, {@code null} at the end of the archive; whatever was left of the last one's data is skipped. */
    public @Nullable TarEntry next() throws IOException {
        PaxRecords pax = new PaxRecords();
        @Nullable String longName = null;
        @Nullable String longLink = null;
        while (true) {
            skipFully(dataLeft + padding);
            dataLeft = 0;
            padding = 0;
            if (!readBlock()) {
                return null;
            }
            Header header = Header.parse(block);
            switch (header.flag()) {
                case 'x' -> pax.add(readText(header.size()));
                case 'g' -> globals.add(readText(header.size()));
                case 'L' -> longName = untilNul(readText(header.size()));
                case 'K' -> longLink = untilNul(readText(header.size()));
                default -> {
                    return entry(header, pax, longName, longLink);
                }
            }
        }
    }

    /** Reads data of the current entry, as {@link InputStream#read(byte[], int, int)}; -1 at its end. */
    public int read(byte[] buffer, int from, int length) throws IOException {
        if (dataLeft == 0) {
            return -1;
        }
        int n = in.read(buffer, from, (int) Math.min(length, dataLeft));
        if (n < 0) {
            throw truncated();
        }
        dataLeft -= n;
        offset += n;
        return n;
    }

    /** All data of the current entry, which must not be larger than {@code limit}. */
    public byte[] readAll(int limit) throws IOException {
        if (dataLeft > limit) {
            throw new MergeException(
                    MergeProblem.TOO_LARGE, "archive member: " + dataLeft + " bytes (expected: at most " + limit + ")");
        }
        byte[] data = in.readNBytes((int) dataLeft);
        if (data.length < dataLeft) {
            throw truncated();
        }
        offset += data.length;
        dataLeft = 0;
        return data;
    }

    private TarEntry entry(Header header, PaxRecords own, @Nullable String longName, @Nullable String longLink) {
        PaxRecords pax = own.over(globals);
        pax.refuseSparse();
        String rawPath = pax.text("path", longName != null ? longName : header.path());
        String rawLink = pax.text("linkpath", longLink != null ? longLink : header.link());
        EntryType type = header.type(rawPath);
        long size = pax.number("size", header.size());
        String path = TarPath.normalise(rawPath, MAX_PATH_BYTES);
        String link = switch (type) {
            case HARDLINK -> TarPath.normalise(rawLink, MAX_PATH_BYTES);
            case SYMLINK -> TarPath.checkSymlink(path, rawLink, MAX_PATH_BYTES);
            case FILE, DIRECTORY, CHARACTER_DEVICE, BLOCK_DEVICE, FIFO -> "";
        };
        if (size < 0) {
            throw malformed("size of " + path + ": " + size + " (expected: 0 or more)");
        }
        // Some writers give links a size without data; POSIX lets only files have data.
        dataLeft = type == EntryType.FILE ? size : 0;
        padding = (BLOCK - dataLeft % BLOCK) % BLOCK;
        PaxRecords.Time mtime = pax.time("mtime", header.mtime());
        SortedMap<String, String> xattrs = pax.xattrs();
        return new TarEntry(
                path,
                type,
                header.mode(),
                pax.number("uid", header.uid()),
                pax.number("gid", header.gid()),
                dataLeft,
                mtime.seconds(),
                mtime.nanos(),
                link,
                xattrs.isEmpty() ? NONE : xattrs,
                offset,
                null);
    }

    /** False at the end: a block of zeros, or the stream's end where a header would start (Go writes such archives). */
    private boolean readBlock() throws IOException {
        int n = in.readNBytes(block, 0, BLOCK);
        offset += n;
        if (n == 0) {
            return false;
        }
        if (n < BLOCK) {
            throw truncated();
        }
        for (byte b : block) {
            if (b != 0) {
                return true;
            }
        }
        return false;
    }

    private byte[] readText(long size) throws IOException {
        if (size < 0 || size > MAX_HEADER_BYTES) {
            throw malformed("extended header: " + size + " bytes (expected: at most " + MAX_HEADER_BYTES + ")");
        }
        byte[] text = in.readNBytes((int) size);
        if (text.length < size) {
            throw truncated();
        }
        offset += size;
        skipFully((BLOCK - size % BLOCK) % BLOCK);
        return text;
    }

    private void skipFully(long bytes) throws IOException {
        long left = bytes;
        while (left > 0) {
            long n = in.skip(left);
            if (n <= 0) {
                if (in.read() < 0) {
                    throw truncated();
                }
                n = 1;
            }
            left -= n;
        }
        offset += bytes;
    }

    private static String untilNul(byte[] text) {
        int end = 0;
        while (end < text.length && text[end] != 0) {
            end++;
        }
        return TarText.decode(text, 0, end);
    }

    private MergeException truncated() {
        return new MergeException(
                MergeProblem.TRUNCATED, "tar archive: ends after " + offset + " bytes (expected: more data)");
    }

    static MergeException malformed(String message) {
        return new MergeException(MergeProblem.MALFORMED_TAR, "tar archive: " + message);
    }
}
