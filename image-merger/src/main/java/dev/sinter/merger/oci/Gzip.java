package dev.sinter.merger.oci;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * Gzip whose bytes depend on the content alone: no name, no time, "unknown" system, one fixed level. {@link
 * java.util.zip.GZIPOutputStream} changed its header between Java releases.
 */
public final class Gzip {

    private static final int LEVEL = 6;
    private static final byte[] HEADER = {0x1F, (byte) 0x8B, 8, 0, 0, 0, 0, 0, 0, (byte) 0xFF};
    private static final int BUFFER_BYTES = 1 << 16;

    private Gzip() {}

    public static void pack(InputStream content, OutputStream out) throws IOException {
        out.write(HEADER);
        CRC32 crc = new CRC32();
        Deflater deflater = new Deflater(LEVEL, true);
        long size = 0;
        try {
            DeflaterOutputStream deflating = new DeflaterOutputStream(out, deflater, BUFFER_BYTES);
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
                deflating.write(buffer, 0, n);
                crc.update(buffer, 0, n);
                size += n;
            }
            deflating.finish();
        } finally {
            deflater.end();
        }
        littleEndian(out, crc.getValue());
        littleEndian(out, size);
    }

    private static void littleEndian(OutputStream out, long number) throws IOException {
        for (int shift = 0; shift < 32; shift += 8) {
            out.write((int) (number >>> shift) & 0xFF);
        }
    }
}
