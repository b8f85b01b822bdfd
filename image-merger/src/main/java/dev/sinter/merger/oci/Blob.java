package dev.sinter.merger.oci;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Bytes that can be read any number of times, each time from the start. */
public interface Blob {

    long size() throws IOException;

    InputStream open() throws IOException;

    /** The same bytes as a slice of a file; {@code null} where they are in none. */
    default @Nullable FileBlob asFile() throws IOException {
        return null;
    }
}
