package dev.sinter.merger.oci;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sinter.merger.MergeException;
import dev.sinter.merger.MergeProblem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Follows an index or manifest to the images it names; digests of all JSON are checked, those of layers when read. */
public final class ManifestReader {

    private static final int MAX_DEPTH = 4;
    private static final int MAX_MANIFESTS = 256;

    /** Where the blobs are. */
    public interface Blobs {

        /** Content of a manifest, index or config. */
        byte[] json(Descriptor descriptor) throws IOException;

        Blob layer(Descriptor descriptor) throws IOException;
    }

    private final String reference;
    private final Blobs blobs;
    private final List<Image> images = new ArrayList<>();
    private int manifests;

    private ManifestReader(String reference, Blobs blobs) {
        this.reference = reference;
        this.blobs = blobs;
    }

    /** All images below a descriptor, one for each platform; what is no image (attestations) is left out. */
    public static List<Image> read(String reference, Descriptor root, Blobs blobs) throws IOException {
        ManifestReader reader = new ManifestReader(reference, blobs);
        reader.follow(root, null, 0);
        if (reader.images.isEmpty()) {
            throw new MergeException(
                    MergeProblem.IMAGE_NOT_FOUND, "image " + reference + ": its index names no image of any platform");
        }
        return reader.images;
    }

    private void follow(Descriptor descriptor, @Nullable JsonNode named, int depth) throws IOException {
        if (depth > MAX_DEPTH || ++manifests > MAX_MANIFESTS) {
            throw new MergeException(
                    MergeProblem.TOO_LARGE, "image " + reference + ": indexes nest too deep or name too much");
        }
        byte[] json = verified(descriptor);
        JsonNode document = Json.readObject(json, "manifest");
        String mediaType = document.path("mediaType").asText(descriptor.mediaType());
        if (MediaTypes.isIndex(mediaType)) {
            JsonNode list = document.get("manifests");
            if (list == null || !list.isArray()) {
                throw Json.malformed("index", "manifests missing");
            }
            for (JsonNode node : list) {
                if (!node.path("platform").path("os").asText("").equals("unknown")) {
                    follow(descriptor(node, "index"), node, depth + 1);
                }
            }
        } else if (MediaTypes.isManifest(mediaType)) {
            image(document, Digest.of(json), named != null);
        } else {
            throw MediaTypes.unknown("manifest", mediaType);
        }
    }

    private void image(JsonNode manifest, Digest digest, boolean fromIndex) throws IOException {
        JsonNode config = manifest.get("config");
        if (config == null) {
            throw Json.malformed("manifest", "config missing");
        }
        Descriptor configDescriptor = descriptor(config, "manifest.config");
        if (!MediaTypes.isConfig(configDescriptor.mediaType())) {
            if (fromIndex) {
                return;
            }
            throw MediaTypes.unknown("config", configDescriptor.mediaType());
        }
        ImageConfig parsed = ImageConfig.parse(verified(configDescriptor));
        JsonNode list = manifest.get("layers");
        if (list == null || !list.isArray()) {
            throw Json.malformed("manifest", "layers missing");
        }
        List<Digest> diffIds = parsed.diffIds();
        if (diffIds.size() != list.size()) {
            throw Json.malformed("manifest", list.size() + " layers (expected: " + diffIds.size() + ")");
        }
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            Descriptor layer = descriptor(list.get(i), "manifest.layers");
            MediaTypes.requireLayer(layer.mediaType());
            if (list.get(i).has("urls")) {
                throw new MergeException(
                        MergeProblem.FOREIGN_LAYER, "layer " + layer.digest() + ": urls (expected: none)");
            }
            layers.add(new Layer(diffIds.get(i), blobs.layer(layer), layer));
        }
        images.add(new Image(reference, parsed, layers, digest));
    }

    private byte[] verified(Descriptor descriptor) throws IOException {
        if (descriptor.size() > Json.MAX_BYTES) {
            throw new MergeException(
                    MergeProblem.TOO_LARGE,
                    descriptor.digest() + ": " + descriptor.size() + " bytes (expected: at most " + Json.MAX_BYTES
                            + ")");
        }
        byte[] content = blobs.json(descriptor);
        Digest found = Digest.of(content);
        if (!found.equals(descriptor.digest())) {
            throw new MergeException(
                    MergeProblem.DIGEST_MISMATCH, "blob: " + found + " (expected: " + descriptor.digest() + ")");
        }
        return content;
    }

    public static Descriptor descriptor(JsonNode node, String what) {
        JsonNode size = node.get("size");
        if (size == null || !size.isIntegralNumber() || size.longValue() < 0) {
            throw Json.malformed(what, "size missing or no number");
        }
        return new Descriptor(
                Json.requireText(node, "mediaType", what),
                new Digest(Json.requireText(node, "digest", what)),
                size.longValue());
    }
}
