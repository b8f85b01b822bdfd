package dev.sinter.merger.oci;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/** How a layer is packed, told by its first bytes: media types of saved images are not to be relied on. */
public enum Compression {
    NONE,
    GZIP,
    ZSTD;

    private static final int BUFFER_BYTES = 1 << 16;

    public static Compression of(Blob blob) throws IOException {
        try (InputStream in = blob.open()) {
            byte[] head = in.readNBytes(4);
            if (head.length >= 2 && (head[0] & 0xFF) == 0x1F && (head[1] & 0xFF) == 0x8B) {
                return GZIP;
            }
            // Little-endian 0xFD2FB528, or a skippable frame as zstd:chunked begins with.
            boolean zstd = head.length == 4
                    && (head[0] & 0xFF) == 0x28
                    && (head[1] & 0xFF) == 0xB5
                    && (head[2] & 0xFF) == 0x2F
                    && (head[3] & 0xFF) == 0xFD;
            boolean skippable = head.length == 4
                    && (head[0] & 0xF0) == 0x50
                    && (head[1] & 0xFF) == 0x2A
                    && (head[2] & 0xFF) == 0x4D
                    && (head[3] & 0xFF) == 0x18;
            return zstd || skippable ? ZSTD : NONE;
        }
    }

    /** Closes {@code packed} when closed, or when it fails. */
    public InputStream unpack(InputStream packed) throws IOException {
        try {
            return switch (this) {
                case NONE -> packed;
                case GZIP -> new GZIPInputStream(new BufferedInputStream(packed, BUFFER_BYTES), BUFFER_BYTES);
                case ZSTD -> new ZstdInputStreamNoFinalizer(new BufferedInputStream(packed, BUFFER_BYTES));
            };
        } catch (IOException e) {
            packed.close();
            throw e;
        }
    }
}
