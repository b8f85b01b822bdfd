package dev.sinter.merger.transport;

import dev.sinter.merger.MergeException;
import dev.sinter.merger.MergeProblem;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Copies exactly as many bytes as were announced. */
record BoundedCopy(long bytes) {

    void copy(InputStream in, OutputStream out) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long copied = 0;
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            copied += n;
            if (copied > bytes) {
                throw new MergeException(
                        MergeProblem.TOO_LARGE,
                        "blob: more than " + bytes + " bytes (expected: as its descriptor says)");
            }
            out.write(buffer, 0, n);
        }
        if (copied < bytes) {
            throw new MergeException(MergeProblem.TRUNCATED, "blob: " + copied + " bytes (expected: " + bytes + ")");
        }
    }
}
