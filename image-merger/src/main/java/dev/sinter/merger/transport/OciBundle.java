package dev.sinter.merger.transport;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sinter.merger.oci.Blob;
import dev.sinter.merger.oci.BytesBlob;
import dev.sinter.merger.oci.Compression;
import dev.sinter.merger.oci.Descriptor;
import dev.sinter.merger.oci.Digest;
import dev.sinter.merger.oci.Json;
import dev.sinter.merger.oci.Layer;
import dev.sinter.merger.oci.MediaTypes;
import dev.sinter.merger.tree.LayerStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Images as OCI blobs: layers that were taken over stay as their source had them, new ones are gzipped.
 *
 * @param blobs layers and configs, each once
 * @param manifests in the order in which they may be pushed; every one only names what comes before
 * @param root the last of them: the manifest of the only image, or an index
 * @param attachments manifests whose {@code subject} is {@code root}
 */
record OciBundle(List<Part> blobs, List<Part> manifests, Part root, List<Attached> attachments) {

    private static final String COSIGN_SIGNATURE = "application/vnd.dev.cosign.simplesigning.v1+json";

    /** @param reused whether the blob was taken over from a member's image */
    record Part(Descriptor descriptor, Blob content, boolean reused) {

        static Part of(String mediaType, byte[] content) {
            Descriptor descriptor = new Descriptor(mediaType, Digest.of(content), content.length);
            return new Part(descriptor, new BytesBlob(content), false);
        }
    }

    /** Manifest of an attachment. */
    record Attached(Part manifest, String artifactType) {

        /** Found by a tag made of the image's digest instead of by its subject. */
        boolean tagged() {
            return artifactType.equals(COSIGN_SIGNATURE);
        }
    }

    static OciBundle of(List<BuiltImage> images, Function<Digest, List<Attachment>> attachments, LayerStore store)
            throws IOException {
        Map<Digest, Part> blobs = new LinkedHashMap<>();
        List<Part> manifests = new ArrayList<>();
        for (BuiltImage image : images) {
            manifests.add(manifest(image, blobs, store));
        }
        if (images.size() > 1) {
            manifests.add(index(images, manifests));
        }
        Part root = manifests.getLast();
        List<Attached> attached = new ArrayList<>();
        for (Attachment attachment : attachments.apply(root.descriptor().digest())) {
            Part content = Part.of(attachment.mediaType(), attachment.content());
            Part empty = Part.of(MediaTypes.EMPTY, Json.write(Json.object()));
            blobs.putIfAbsent(content.descriptor().digest(), content);
            blobs.putIfAbsent(empty.descriptor().digest(), empty);
            Part manifest = attachment.artifactType().equals(COSIGN_SIGNATURE)
                    ? signature(attachment, content, empty)
                    : attached(attachment, content, empty, root);
            attached.add(new Attached(manifest, attachment.artifactType()));
        }
        return new OciBundle(List.copyOf(blobs.values()), manifests, root, attached);
    }

    private static Part manifest(BuiltImage image, Map<Digest, Part> blobs, LayerStore store) throws IOException {
        ObjectNode manifest = Json.object();
        manifest.put("schemaVersion", 2);
        manifest.put("mediaType", MediaTypes.MANIFEST);
        Part config = Part.of(MediaTypes.CONFIG, image.config().bytes());
        manifest.set("config", json(config.descriptor()));
        ArrayNode layers = manifest.putArray("layers");
        for (int i = 0; i < image.layers().size(); i++) {
            Part layer = layer(image, i, store);
            blobs.putIfAbsent(layer.descriptor().digest(), layer);
            layers.add(json(layer.descriptor()));
        }
        blobs.putIfAbsent(config.descriptor().digest(), config);
        if (!image.annotations().isEmpty()) {
            ObjectNode annotations = manifest.putObject("annotations");
            new TreeMap<>(image.annotations()).forEach(annotations::put);
        }
        return Part.of(MediaTypes.MANIFEST, Json.write(manifest));
    }

    private static Part layer(BuiltImage image, int number, LayerStore store) throws IOException {
        Layer layer = image.layers().get(number);
        boolean reused = number < image.reused();
        Descriptor known = layer.descriptor();
        if (known != null) {
            String mediaType = MediaTypes.ociLayer(known.mediaType());
            return new Part(new Descriptor(mediaType, known.digest(), known.size()), layer.blob(), reused);
        }
        if (reused && Compression.of(layer.blob()) == Compression.NONE) {
            long size = image.tarBytes().get(number);
            return new Part(new Descriptor(MediaTypes.LAYER_TAR, layer.diffId(), size), layer.blob(), true);
        }
        LayerStore.Packed packed = store.packed(layer);
        long size = packed.blob().size();
        return new Part(new Descriptor(MediaTypes.LAYER_GZIP, packed.digest(), size), packed.blob(), reused);
    }

    private static Part index(List<BuiltImage> images, List<Part> manifests) {
        ObjectNode index = Json.object();
        index.put("schemaVersion", 2);
        index.put("mediaType", MediaTypes.INDEX);
        ArrayNode list = index.putArray("manifests");
        for (int i = 0; i < images.size(); i++) {
            ObjectNode node = json(manifests.get(i).descriptor());
            ObjectNode platform = node.putObject("platform");
            platform.put("architecture", images.get(i).config().platform().architecture());
            platform.put("os", images.get(i).config().platform().os());
            String variant = images.get(i).config().platform().variant();
            if (variant != null) {
                platform.put("variant", variant);
            }
            list.add(node);
        }
        return Part.of(MediaTypes.INDEX, Json.write(index));
    }

    private static Part attached(Attachment attachment, Part content, Part empty, Part subject) {
        ObjectNode manifest = Json.object();
        manifest.put("schemaVersion", 2);
        manifest.put("mediaType", MediaTypes.MANIFEST);
        manifest.put("artifactType", attachment.artifactType());
        manifest.set("config", json(empty.descriptor()));
        ObjectNode layer = json(content.descriptor());
        manifest.putArray("layers").add(layer);
        manifest.set("subject", json(subject.descriptor()));
        if (!attachment.annotations().isEmpty()) {
            ObjectNode annotations = manifest.putObject("annotations");
            new TreeMap<>(attachment.annotations()).forEach(annotations::put);
        }
        return Part.of(MediaTypes.MANIFEST, Json.write(manifest));
    }

    /** As cosign before 3 reads it: an image of one layer whose descriptor carries the signature. */
    private static Part signature(Attachment attachment, Part content, Part empty) {
        ObjectNode manifest = Json.object();
        manifest.put("schemaVersion", 2);
        manifest.put("mediaType", MediaTypes.MANIFEST);
        manifest.set("config", json(empty.descriptor()).put("mediaType", MediaTypes.CONFIG));
        ObjectNode layer = json(content.descriptor());
        ObjectNode annotations = layer.putObject("annotations");
        new TreeMap<>(attachment.annotations()).forEach(annotations::put);
        manifest.putArray("layers").add(layer);
        return Part.of(MediaTypes.MANIFEST, Json.write(manifest));
    }

    /** The tag of what belongs to the root without naming it. */
    String signatureTag() {
        return "sha256-" + root.descriptor().digest().hex() + ".sig";
    }

    static ObjectNode json(Descriptor descriptor) {
        ObjectNode node = Json.object();
        node.put("mediaType", descriptor.mediaType());
        node.put("digest", descriptor.digest().value());
        node.put("size", descriptor.size());
        return node;
    }
}
