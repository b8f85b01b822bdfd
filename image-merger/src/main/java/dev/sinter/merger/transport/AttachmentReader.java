package dev.sinter.merger.transport;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sinter.merger.oci.Descriptor;
import dev.sinter.merger.oci.Digest;
import dev.sinter.merger.oci.Json;
import dev.sinter.merger.oci.ManifestReader;
import dev.sinter.merger.oci.MediaTypes;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what is kept beside images: referrers (OCI 1.1), and what cosign keeps under tags made of the digest. */
final class AttachmentReader {

    private static final int MAX_ATTACHMENTS = 64;
    private static final int MAX_BYTES = 32 << 20;
    private static final List<String> SUFFIXES = List.of(".sig", ".att", ".sbom");

    /** Where images and their attachments are. */
    interface Source extends ManifestReader.Blobs {

        /** The manifest or index that the reference names. */
        Descriptor root() throws IOException;

        /** Manifests whose subject is that digest. */
        List<Descriptor> referrers(Digest subject) throws IOException;

        /** {@code null} if there is no such tag. */
        @Nullable
        Descriptor tagged(String tag) throws IOException;
    }

    private final Source source;

    AttachmentReader(Source source) {
        this.source = source;
    }

    /** By the digest of what they are said of: the image's own manifest, and the index that lists it. */
    Map<Digest, List<Attachment>> of(Digest manifest) throws IOException {
        Map<Digest, List<Attachment>> said = new LinkedHashMap<>();
        said.put(manifest, about(manifest));
        Descriptor root = source.root();
        if (!root.digest().equals(manifest) && lists(root, manifest)) {
            said.put(root.digest(), about(root.digest()));
        }
        return said;
    }

    /** The name may lead elsewhere by now: only an index that lists the image that was read speaks of it. */
    private boolean lists(Descriptor root, Digest manifest) throws IOException {
        for (JsonNode node : document(root).path("manifests")) {
            if (node.path("digest").asText().equals(manifest.value())) {
                return true;
            }
        }
        return false;
    }

    private List<Attachment> about(Digest subject) throws IOException {
        List<Attachment> found = new ArrayList<>();
        for (Descriptor referrer : source.referrers(subject)) {
            JsonNode manifest = document(referrer);
            if (manifest.at("/subject/digest").asText().equals(subject.value())) {
                read(manifest, found);
            }
        }
        for (String suffix : SUFFIXES) {
            Descriptor tagged = source.tagged("sha256-" + subject.hex() + suffix);
            if (tagged != null) {
                read(document(tagged), found);
            }
        }
        return found;
    }

    private void read(JsonNode manifest, List<Attachment> found) throws IOException {
        String type = manifest.path("artifactType")
                .asText(manifest.path("config").path("mediaType").asText());
        for (JsonNode node : manifest.path("layers")) {
            Descriptor layer = ManifestReader.descriptor(node, "attachment");
            if (found.size() == MAX_ATTACHMENTS || layer.size() > MAX_BYTES) {
                return;
            }
            Map<String, String> annotations = new LinkedHashMap<>(Json.textMap(manifest, "annotations", "attachment"));
            annotations.putAll(Json.textMap(node, "annotations", "attachment"));
            found.add(new Attachment(type, layer.mediaType(), content(layer), annotations));
        }
    }

    private byte[] content(Descriptor layer) throws IOException {
        try (InputStream in = source.layer(layer).open()) {
            byte[] content = in.readNBytes(MAX_BYTES);
            if (!Digest.of(content).equals(layer.digest())) {
                throw new IOException("attachment: not what its digest " + layer.digest() + " says");
            }
            return content;
        }
    }

    private JsonNode document(Descriptor descriptor) throws IOException {
        byte[] json = source.json(descriptor);
        if (!Digest.of(json).equals(descriptor.digest())) {
            throw new IOException("manifest: not what its digest " + descriptor.digest() + " says");
        }
        return Json.readObject(json, MediaTypes.MANIFEST);
    }
}
