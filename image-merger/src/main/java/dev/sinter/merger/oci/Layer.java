package dev.sinter.merger.oci;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * One layer as its image's transport has it.
 *
 * @param diffId digest of the uncompressed tar
 * @param blob the tar, maybe compressed
 * @param descriptor of the blob where a manifest names it; {@code null} in docker archives
 */
public record Layer(Digest diffId, Blob blob, @Nullable Descriptor descriptor) {

    /** The uncompressed tar. */
    public InputStream openTar() throws IOException {
        return Compression.of(blob).unpack(blob.open());
    }
}
