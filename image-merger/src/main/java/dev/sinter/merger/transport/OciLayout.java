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
        JsonNode index = Json.readObject(ArchiveFiles.json(files.file(INDEX), INDEX), INDEX);
        JsonNode manifests = index.get("manifests");
        if (manifests == null || !manifests.isArray()) {
            throw Json.malformed(INDEX, "manifests missing");
        }
        List<JsonNode> found = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (JsonNode node : manifests) {
            String name = node.path("annotations").path(REF_NAME).asText("");
            names.add(name);
            boolean wanted = tag == null ? !node.has("artifactType") : name.equals(tag);
            if (wanted) {
                found.add(node);
            }
        }
        if (found.size() != 1) {
            throw new MergeException(
                    MergeProblem.IMAGE_NOT_FOUND,
                    "image " + reference + ": " + found.size() + " in the layout (expected: one). Its tags: " + names);
        }
        return ManifestReader.read(reference, ManifestReader.descriptor(found.getFirst(), INDEX), this);
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
