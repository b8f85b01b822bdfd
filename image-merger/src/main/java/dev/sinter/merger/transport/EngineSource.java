package dev.sinter.merger.transport;

import dev.sinter.merger.MergeException;
import dev.sinter.merger.MergeProblem;
import dev.sinter.merger.oci.Blob;
import dev.sinter.merger.oci.Digest;
import dev.sinter.merger.oci.FileBlob;
import dev.sinter.merger.oci.Image;
import dev.sinter.merger.oci.ImageConfig;
import dev.sinter.merger.oci.Layer;
import dev.sinter.merger.tree.LayerStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Images of a container engine. Saving is what costs: all images that are not known yet are saved at once, so that the
 * engine writes shared layers once, and known ones only when a layer's bytes are really asked for.
 */
final class EngineSource {

    private final EngineImages engine;
    private final LayerStore store;
    private final Workspace workspace;

    EngineSource(EngineImages engine, LayerStore store, Workspace workspace) {
        this.engine = engine;
        this.store = store;
        this.workspace = workspace;
    }

    /** In the order of the references. */
    List<Image> open(List<String> references) {
        try {
            Map<String, Digest> ids = ids(references);
            List<String> unknown = new ArrayList<>();
            for (String reference : references) {
                if (!known(Objects.requireNonNull(ids.get(reference)))) {
                    unknown.add(reference);
                }
            }
            DockerArchive saved =
                    unknown.isEmpty() ? null : save(unknown.stream().distinct().toList());
            List<Image> images = new ArrayList<>();
            List<Image> fresh = new ArrayList<>();
            Map<String, Image> opened = new HashMap<>();
            for (String reference : references) {
                Image same = opened.get(reference);
                if (same != null) {
                    images.add(same);
                    continue;
                }
                Digest id = Objects.requireNonNull(ids.get(reference));
                if (saved != null && unknown.contains(reference)) {
                    Image image = saved.image(reference, id);
                    store.keepDocument(id, image.config().bytes());
                    images.add(image);
                    fresh.add(image);
                } else {
                    images.add(remembered(reference, id));
                }
                opened.put(reference, images.getLast());
            }
            keepOwnLayers(fresh, images);
            return images;
        } catch (IOException e) {
            throw new MergeException(MergeProblem.TRANSPORT_FAILED, "container engine: " + e.getMessage(), e);
        }
    }

    /** So that the next merge of these images need not save them again; what all share is the base's to write. */
    private void keepOwnLayers(List<Image> fresh, List<Image> all) throws IOException {
        for (Image image : all.size() > 1 ? fresh : List.<Image>of()) {
            for (Layer layer : image.layers()) {
                if (!all.stream().allMatch(other -> other.config().diffIds().contains(layer.diffId()))) {
                    store.keep(layer);
                }
            }
        }
    }

    /** Asked for all at once: each answer takes the engine tens of milliseconds. */
    private Map<String, Digest> ids(List<String> references) throws IOException {
        Map<String, Future<Digest>> asked = new LinkedHashMap<>();
        Map<String, Digest> ids = new LinkedHashMap<>();
        try (ExecutorService asking = Executors.newVirtualThreadPerTaskExecutor()) {
            references.forEach(reference -> asked.put(reference, asking.submit(() -> id(reference))));
            for (Map.Entry<String, Future<Digest>> one : asked.entrySet()) {
                ids.put(one.getKey(), one.getValue().get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("merge cancelled");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e);
        }
        return ids;
    }

    private Digest id(String reference) {
        try {
            String id = engine.idOf(reference);
            return Digest.isDigest(id) ? new Digest(id) : Digest.ofHex(id);
        } catch (IOException e) {
            throw new MergeException(
                    MergeProblem.IMAGE_NOT_FOUND,
                    "image: " + reference + " (expected: an image the container engine has). " + e.getMessage(),
                    e);
        }
    }

    private boolean known(Digest id) throws IOException {
        byte[] config = store.document(id);
        return config != null && ImageConfig.parse(config).diffIds().stream().allMatch(store::hasIndex);
    }

    private Image remembered(String reference, Digest id) throws IOException {
        byte[] config = store.document(id);
        if (config == null) {
            return save(List.of(reference)).image(reference, id);
        }
        ImageConfig parsed = ImageConfig.parse(config);
        SavedLater saved = new SavedLater(reference, id);
        List<Layer> layers = new ArrayList<>();
        for (Digest diffId : parsed.diffIds()) {
            layers.add(new Layer(diffId, new RememberedBlob(diffId, saved), null));
        }
        return new Image(reference, parsed, layers, null);
    }

    private DockerArchive save(List<String> references) throws IOException {
        Path file = workspace.newFile(".tar");
        try (InputStream in = engine.save(references)) {
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
        }
        return DockerArchive.open(file);
    }

    /** Saves its image on first use. */
    private final class SavedLater {

        private final Object lock = new Object();
        private final String reference;
        private final Digest id;
        private @Nullable Image image;

        SavedLater(String reference, Digest id) {
            this.reference = reference;
            this.id = id;
        }

        Blob layer(Digest diffId) throws IOException {
            synchronized (lock) {
                if (image == null) {
                    image = save(List.of(reference)).image(reference, id);
                }
                for (Layer layer : image.layers()) {
                    if (layer.diffId().equals(diffId)) {
                        return layer.blob();
                    }
                }
            }
            throw new IOException("image " + reference + " lost its layer " + diffId);
        }
    }

    private final class RememberedBlob implements Blob {

        private final Digest diffId;
        private final SavedLater saved;

        RememberedBlob(Digest diffId, SavedLater saved) {
            this.diffId = diffId;
            this.saved = saved;
        }

        @Override
        public long size() throws IOException {
            return blob().size();
        }

        @Override
        public InputStream open() throws IOException {
            return blob().open();
        }

        @Override
        public @Nullable FileBlob asFile() throws IOException {
            return blob().asFile();
        }

        private Blob blob() throws IOException {
            FileBlob kept = store.tar(diffId);
            return kept != null ? kept : saved.layer(diffId);
        }
    }
}
