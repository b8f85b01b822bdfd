package dev.sinter.merger.fuse;

import dev.sinter.merger.oci.Digest;
import dev.sinter.merger.oci.Image;
import dev.sinter.merger.oci.Layer;
import dev.sinter.merger.oci.OpenFile;
import dev.sinter.merger.tree.LayerStore;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/** The layers of one member, opened where something of them is read; not thread-safe. */
final class MemberTars implements LayerWriter.Tars, Closeable {

    private final Image image;
    private final LayerStore store;
    private final Map<Digest, OpenFile> opened = new LinkedHashMap<>();

    MemberTars(Image image, LayerStore store) {
        this.image = image;
        this.store = store;
    }

    @Override
    public InputStream read(Digest diffId, long offset, long size) throws IOException {
        OpenFile tar = opened.get(diffId);
        if (tar == null) {
            tar = new OpenFile(store.requireTar(layer(diffId)));
            opened.put(diffId, tar);
        }
        return tar.read(offset, size);
    }

    private Layer layer(Digest diffId) {
        for (Layer layer : image.layers()) {
            if (layer.diffId().equals(diffId)) {
                return layer;
            }
        }
        throw new IllegalStateException("node of a layer that the image does not have: " + diffId);
    }

    @Override
    public void close() throws IOException {
        for (OpenFile tar : opened.values()) {
            tar.close();
        }
    }
}
