package dev.sinter.merger;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sinter.merger.oci.Digest;
import dev.sinter.merger.oci.Image;
import dev.sinter.merger.oci.Json;
import dev.sinter.merger.oci.Layer;
import dev.sinter.merger.transport.Transports;
import dev.sinter.merger.transport.Workspace;
import dev.sinter.merger.tree.FileNode;
import dev.sinter.merger.tree.FileTree;
import dev.sinter.merger.tree.LayerIndex;
import dev.sinter.merger.tree.LayerStore;
import dev.sinter.merger.tree.TreeLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** An image read back, to look at what a container would see. */
public final class Unpacked implements AutoCloseable {

    private final Workspace workspace;
    private final LayerStore store;
    private final Image image;
    private final FileTree tree;

    private Unpacked(Workspace workspace, LayerStore store, Image image, FileTree tree) {
        this.workspace = workspace;
        this.store = store;
        this.image = image;
        this.tree = tree;
    }

    public static Unpacked of(String reference, Path directory) {
        try {
            LayerStore store = new LayerStore(directory.resolve("unpacked"), TreeLimits.DEFAULT, Clock.systemUTC());
            Workspace workspace = Workspace.in(directory);
            Image image = new Transports(null, Map.of())
                    .open(List.of(reference), store, workspace)
                    .getFirst()
                    .getFirst();
            List<LayerIndex> indexes = new ArrayList<>();
            for (Layer layer : image.layers()) {
                indexes.add(store.index(layer));
            }
            return new Unpacked(workspace, store, image, FileTree.of(indexes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public FileTree tree() {
        return tree;
    }

    public Image image() {
        return image;
    }

    public List<Digest> diffIds() {
        return image.config().diffIds();
    }

    /** Text of a file, links followed. */
    public String text(String path) {
        FileNode node = Objects.requireNonNull(tree.resolve(path), path);
        for (Layer layer : image.layers()) {
            if (layer.diffId().equals(node.layer())) {
                try {
                    byte[] bytes = store.requireTar(layer)
                            .slice(node.entry().dataOffset(), node.entry().size())
                            .bytes();
                    return new String(bytes, StandardCharsets.UTF_8);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        throw new IllegalStateException(path);
    }

    public JsonNode plan() {
        return Json.read(text("/.sinter/plan.json").getBytes(StandardCharsets.UTF_8), "plan");
    }

    @Override
    public void close() {
        try {
            workspace.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
