package dev.sinter.merger.oci;

import java.io.ByteArrayInputStream;
import java.io.InputStream;

/** Small content held in memory. */
public final class BytesBlob implements Blob {

    private final byte[] bytes;

    public BytesBlob(byte[] bytes) {
        this.bytes = bytes.clone();
    }

    @Override
    public long size() {
        return bytes.length;
    }

    @Override
    public InputStream open() {
        return new ByteArrayInputStream(bytes);
    }
}
