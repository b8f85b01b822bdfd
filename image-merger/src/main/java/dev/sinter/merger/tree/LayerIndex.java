package dev.sinter.merger.tree;

import dev.sinter.merger.oci.Digest;
import dev.sinter.merger.tar.TarEntry;
import java.util.List;
import java.util.Map;

/**
 * All entries of one layer, without their data.
 *
 * @param tarBytes size of the uncompressed layer
 * @param heads what was kept of some small files by path, see {@link Heads}; one char per byte
 */
public record LayerIndex(Digest diffId, long tarBytes, List<TarEntry> entries, Map<String, String> heads) {

    public LayerIndex {
        entries = List.copyOf(entries);
        heads = Map.copyOf(heads);
    }
}
