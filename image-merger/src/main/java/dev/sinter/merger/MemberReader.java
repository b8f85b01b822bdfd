package dev.sinter.merger;

import dev.sinter.merger.contract.Launch;
import dev.sinter.merger.contract.LaunchReader;
import dev.sinter.merger.fuse.MemberImage;
import dev.sinter.merger.oci.Digest;
import dev.sinter.merger.oci.Image;
import dev.sinter.merger.oci.Layer;
import dev.sinter.merger.tree.FileNode;
import dev.sinter.merger.tree.FileTree;
import dev.sinter.merger.tree.LayerIndex;
import dev.sinter.merger.tree.LayerStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Reads members' images; layers that several have are read once, and several at a time. */
final class MemberReader {

    private final LayerStore store;
    private final MergeProgress progress;

    MemberReader(LayerStore store, MergeProgress progress) {
        this.store = store;
        this.progress = progress;
    }

    /** @param images of one platform, one for each member */
    List<MemberImage> read(List<Member> members, List<Image> images) throws IOException {
        Map<Digest, LayerIndex> indexes = index(images);
        int shared = sharedLayers(images);
        FileTree base = FileTree.of(indexes(images.getFirst().layers().subList(0, shared), indexes));
        List<MemberImage> read = new ArrayList<>();
        for (int i = 0; i < members.size(); i++) {
            Member member = members.get(i);
            Image image = images.get(i);
            FileTree tree = base.with(
                    indexes(image.layers().subList(shared, image.layers().size()), indexes));
            Launch launch = LaunchReader.read(
                    image.config(),
                    tree,
                    (file, limit) -> content(image, file, limit),
                    member.overrides(),
                    member.port());
            read.add(new MemberImage(member, image, tree, launch));
        }
        return read;
    }

    private static List<LayerIndex> indexes(List<Layer> layers, Map<Digest, LayerIndex> indexes) {
        return layers.stream()
                .map(layer -> Objects.requireNonNull(indexes.get(layer.diffId())))
                .toList();
    }

    /** How many of the lowest layers are the same in all images: their tree is made once. */
    private static int sharedLayers(List<Image> images) {
        List<Digest> shared = images.getFirst().config().diffIds();
        for (Image image : images) {
            List<Digest> own = image.config().diffIds();
            int same = 0;
            while (same < Math.min(shared.size(), own.size())
                    && shared.get(same).equals(own.get(same))) {
                same++;
            }
            shared = shared.subList(0, same);
        }
        return shared.size();
    }

    private Map<Digest, LayerIndex> index(List<Image> images) throws IOException {
        Map<Digest, Layer> distinct = new LinkedHashMap<>();
        for (Image image : images) {
            image.layers().forEach(layer -> distinct.putIfAbsent(layer.diffId(), layer));
        }
        Map<Digest, Future<LayerIndex>> running = new LinkedHashMap<>();
        Map<Digest, LayerIndex> indexes = new LinkedHashMap<>();
        // Digesting is what takes the time: more threads than processors would only need more buffers.
        try (ExecutorService pool =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            distinct.forEach((diffId, layer) -> running.put(diffId, pool.submit(() -> store.index(layer))));
            try {
                for (Map.Entry<Digest, Future<LayerIndex>> one : running.entrySet()) {
                    indexes.put(one.getKey(), one.getValue().get());
                    progress.at("reading layers", indexes.size(), distinct.size());
                }
            } catch (InterruptedException e) {
                pool.shutdownNow();
                Thread.currentThread().interrupt();
                throw new java.io.InterruptedIOException("merge cancelled");
            } catch (ExecutionException e) {
                pool.shutdownNow();
                if (e.getCause() instanceof IOException failure) {
                    throw failure;
                }
                if (e.getCause() instanceof RuntimeException failure) {
                    throw failure;
                }
                throw new IllegalStateException(e);
            }
        }
        return indexes;
    }

    /** {@code null} for what is no file, or too large. */
    byte @org.jspecify.annotations.Nullable [] content(Image image, FileNode file, int limit) throws IOException {
        if (!file.isFile() || file.entry().size() > limit) {
            return null;
        }
        String sha256 = file.entry().sha256();
        byte[] kept = sha256 == null ? null : store.document(Digest.ofHex(sha256));
        if (kept != null) {
            return kept;
        }
        for (Layer layer : image.layers()) {
            if (layer.diffId().equals(file.layer())) {
                byte[] content = store.requireTar(layer)
                        .slice(file.entry().dataOffset(), file.entry().size())
                        .bytes();
                // Else its whole image would be asked for the next time.
                store.keepDocument(Digest.of(content), content);
                return content;
            }
        }
        return null;
    }
}
