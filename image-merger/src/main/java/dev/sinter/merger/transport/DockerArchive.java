package dev.sinter.merger.transport;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sinter.merger.MergeException;
import dev.sinter.merger.MergeProblem;
import dev.sinter.merger.oci.Digest;
import dev.sinter.merger.oci.Image;
import dev.sinter.merger.oci.ImageConfig;
import dev.sinter.merger.oci.Json;
import dev.sinter.merger.oci.Layer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tar file as {@code docker save} and {@code podman save} write it: {@code manifest.json} names configs and layers, which
 * may be links to one another (Podman, old Docker) or blobs of an OCI layout (new Docker). Layers are read in place.
 */
final class DockerArchive {

    static final String MANIFEST = "manifest.json";

    private final ImageFiles files;
    private final List<Item> items = new ArrayList<>();

    /** One image of the archive. */
    private record Item(ImageConfig config, List<String> tags, List<String> layers) {}

    private DockerArchive(ImageFiles files) {
        this.files = files;
    }

    static DockerArchive open(Path path) throws IOException {
        DockerArchive archive = new DockerArchive(new ArchiveFiles(path));
        archive.readManifest();
        return archive;
    }

    private void readManifest() throws IOException {
        JsonNode manifest = Json.read(small(MANIFEST), MANIFEST);
        if (!manifest.isArray()) {
            throw Json.malformed(MANIFEST, "no list");
        }
        for (JsonNode node : manifest) {
            ImageConfig config = ImageConfig.parse(small(Json.requireText(node, "Config", MANIFEST)));
            List<String> tags = Json.texts(node, "RepoTags", MANIFEST);
            List<String> layers = Json.texts(node, "Layers", MANIFEST);
            if (layers == null) {
                throw Json.malformed(MANIFEST, "Layers missing");
            }
            items.add(new Item(config, tags == null ? List.of() : tags, layers));
        }
    }

    /** The image whose id is {@code id}, else the one tagged so, else the only one. */
    Image image(String reference, @Nullable Digest id) throws IOException {
        for (Item item : items) {
            if (item.config().digest().equals(id)) {
                return image(reference, item);
            }
        }
        for (Item item : items) {
            if (item.tags().stream().anyMatch(tag -> Reference.same(tag, reference))) {
                return image(reference, item);
            }
        }
        if (items.size() == 1) {
            return image(reference, items.getFirst());
        }
        throw new MergeException(
                MergeProblem.IMAGE_NOT_FOUND,
                "image: " + reference + " (expected: one of "
                        + items.stream().flatMap(item -> item.tags().stream()).toList() + ")");
    }

    private Image image(String reference, Item item) throws IOException {
        List<Digest> diffIds = item.config().diffIds();
        if (diffIds.size() != item.layers().size()) {
            throw Json.malformed(
                    MANIFEST,
                    item.layers().size() + " layers (expected: " + diffIds.size() + ", as the config of " + reference
                            + " says)");
        }
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < diffIds.size(); i++) {
            layers.add(new Layer(diffIds.get(i), files.file(item.layers().get(i)), null));
        }
        return new Image(reference, item.config(), layers, null);
    }

    private byte[] small(String name) throws IOException {
        return ArchiveFiles.json(files.file(name), name);
    }
}
