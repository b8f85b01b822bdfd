package dev.sinter.merger.transport;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sinter.merger.MergeException;
import dev.sinter.merger.MergeProblem;
import dev.sinter.merger.oci.Blob;
import dev.sinter.merger.oci.Descriptor;
import dev.sinter.merger.oci.Digest;
import dev.sinter.merger.oci.FileBlob;
import dev.sinter.merger.oci.Image;
import dev.sinter.merger.oci.Json;
import dev.sinter.merger.oci.ManifestReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads an OCI image layout (image-spec 1.1). */
final class OciLayout implements ManifestReader.Blobs {

    static final String INDEX = "index.json";
    static final String MARKER = "oci-layout";
    /** Tags under which cosign keeps what belongs to an image. */
    private static final String ATTACHED = "sha256-[0-9a-f]{64}(\\.(sig|att|sbom))?";

    static final String REF_NAME = "org.opencontainers.image.ref.name";

    private final ImageFiles files;

    private OciLayout(ImageFiles files) {
        this.files = files;
    }

    static OciLayout directory(Path directory) {
        return new OciLayout(name -> {
            Path file = directory.resolve(name);
            if (!Files.isRegularFile(file)) {
                throw new MergeException(
                        MergeProblem.IMAGE_NOT_FOUND, file + ": missing (expected: a whole OCI image layout)");
            }
            return FileBlob.whole(file);
        });
    }

    static OciLayout archive(Path file) throws IOException {
        return new OciLayout(new ArchiveFiles(file));
    }

    /** @param tag {@code null} where the layout has but one image */
    List<Image> images(String reference, @Nullable String tag) throws IOException {
        return ManifestReader.read(reference, root(reference, tag), this);
    }

    private Descriptor root(String reference, @Nullable String tag) throws IOException {
        JsonNode manifests = manifests();
        List<JsonNode> found = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (JsonNode node : manifests) {
            String name = node.path("annotations").path(REF_NAME).asText("");
            names.add(name);
            boolean attached = node.has("artifactType") || name.matches(ATTACHED);
            boolean wanted = tag == null ? !attached : name.equals(tag);
            if (wanted) {
                found.add(node);
            }
        }
        if (found.size() != 1) {
            throw new MergeException(
                    MergeProblem.IMAGE_NOT_FOUND,
                    "image " + reference + ": " + found.size() + " in the layout (expected: one). Its tags: " + names);
        }
        return ManifestReader.descriptor(found.getFirst(), INDEX);
    }

    private JsonNode manifests() throws IOException {
        JsonNode manifests = Json.readObject(ArchiveFiles.json(files.file(INDEX), INDEX), INDEX)
                .get("manifests");
        if (manifests == null || !manifests.isArray()) {
            throw Json.malformed(INDEX, "manifests missing");
        }
        return manifests;
    }

    /** What is kept beside the image of that tag. */
    AttachmentReader.Source attachmentsOf(String reference, @Nullable String tag) {
        return new Beside(reference, tag);
    }

    private final class Beside implements AttachmentReader.Source {

        private static final int MAX_LISTED = 1000;

        private final String reference;
        private final @Nullable String tag;

        Beside(String reference, @Nullable String tag) {
            this.reference = reference;
            this.tag = tag;
        }

        @Override
        public Descriptor root() throws IOException {
            return OciLayout.this.root(reference, tag);
        }

        @Override
        public List<Descriptor> referrers(Digest subject) throws IOException {
            List<Descriptor> referrers = new ArrayList<>();
            for (JsonNode node : manifests()) {
                Descriptor descriptor = ManifestReader.descriptor(node, INDEX);
                if (referrers.size() < MAX_LISTED
                        && Json.readObject(json(descriptor), INDEX)
                                .at("/subject/digest")
                                .asText()
                                .equals(subject.value())) {
                    referrers.add(descriptor);
                }
            }
            return referrers;
        }

        @Override
        public @Nullable Descriptor tagged(String name) throws IOException {
            for (JsonNode node : manifests()) {
                if (node.path("annotations").path(REF_NAME).asText().equals(name)) {
                    return ManifestReader.descriptor(node, INDEX);
                }
            }
            return null;
        }

        @Override
        public byte[] json(Descriptor descriptor) throws IOException {
            return OciLayout.this.json(descriptor);
        }

        @Override
        public Blob layer(Descriptor descriptor) throws IOException {
            return OciLayout.this.layer(descriptor);
        }
    }

    @Override
    public byte[] json(Descriptor descriptor) throws IOException {
        return ArchiveFiles.json(
                files.file(path(descriptor.digest())), descriptor.digest().value());
    }

    @Override
    public Blob layer(Descriptor descriptor) throws IOException {
        FileBlob blob = files.file(path(descriptor.digest()));
        if (blob.size() != descriptor.size()) {
            throw new MergeException(
                    MergeProblem.TRUNCATED,
                    "layer " + descriptor.digest() + ": " + blob.size() + " bytes (expected: " + descriptor.size()
                            + ")");
        }
        return blob;
    }

    static String path(Digest digest) {
        return "blobs/sha256/" + digest.hex();
    }
}
