package dev.sinter.merger.transport;

import dev.sinter.merger.oci.FileBlob;
import java.io.IOException;

/** Files of an image layout, in a directory or an archive. */
interface ImageFiles {

    /** @param name relative path */
    FileBlob file(String name) throws IOException;
}
