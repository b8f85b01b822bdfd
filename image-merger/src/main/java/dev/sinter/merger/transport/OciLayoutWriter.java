package dev.sinter.merger.transport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sinter.merger.MergeException;
import dev.sinter.merger.MergeProblem;
import dev.sinter.merger.oci.Digest;
import dev.sinter.merger.oci.FileBlob;
import dev.sinter.merger.oci.Json;
import dev.sinter.merger.oci.MediaTypes;
import dev.sinter.merger.tar.EntryType;
import dev.sinter.merger.tar.TarEntry;
import dev.sinter.merger.tar.TarWriter;
import dev.sinter.merger.transport.OciBundle.Part;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Writes an OCI image layout; what names an image comes last, so that an interrupted write leaves none. */
final class OciLayoutWriter {

    private static final byte[] MARKER = "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.US_ASCII);

    private OciLayoutWriter() {}

    /** Adds to the layout if there is one; an image of the same tag is replaced. */
    static void directory(OciBundle bundle, Path directory, @Nullable String tag) throws IOException {
        Files.createDirectories(directory.resolve("blobs/sha256"));
        for (Part part : parts(bundle).values()) {
            Path file = directory.resolve(OciLayout.path(part.descriptor().digest()));
            if (!Files.exists(file) && !linked(part, file)) {
                replace(file, out -> copy(part, out));
            }
        }
        Path index = directory.resolve(OciLayout.INDEX);
        ArrayNode kept = Json.object().putArray("manifests");
        if (Files.exists(index)) {
            Json.readObject(Files.readAllBytes(index), OciLayout.INDEX)
                    .path("manifests")
                    .forEach(node -> {
                        String name = node.path("annotations")
                                .path(OciLayout.REF_NAME)
                                .asText("");
                        boolean replaced = name.equals(tag == null ? "" : tag) && !node.has("artifactType");
                        if (!replaced && !name.equals(bundle.signatureTag()) && !written(bundle, node)) {
                            kept.add(node);
                        }
                    });
        }
        replace(directory.resolve(OciLayout.MARKER), out -> out.write(MARKER));
        byte[] json = index(bundle, tag, kept);
        replace(index, out -> out.write(json));
    }

    /**
     * Blobs are never written in place, so that layouts may share their files: a layer taken over costs no space and no
     * writing. It is read, as it may have been damaged where it was.
     */
    private static boolean linked(Part part, Path file) throws IOException {
        FileBlob source = part.reused() ? part.content().asFile() : null;
        if (source == null || source.offset() != 0 || source.size() != Files.size(source.file())) {
            return false;
        }
        requireDigest(source.digest(), part);
        try {
            Files.createLink(file, source.file());
            return true;
        } catch (UnsupportedOperationException | FileSystemException e) {
            // Another file system, or a file of somebody else's: copied instead.
            return Files.exists(file);
        }
    }

    private static void requireDigest(Digest found, Part part) {
        Digest expected = part.descriptor().digest();
        if (!found.equals(expected)) {
            throw new MergeException(MergeProblem.DIGEST_MISMATCH, "blob: " + found + " (expected: " + expected + ")");
        }
    }

    private static boolean written(OciBundle bundle, JsonNode node) {
        String digest = node.path("digest").asText();
        return bundle.attachments().stream()
                .anyMatch(attached ->
                        attached.manifest().descriptor().digest().value().equals(digest));
    }

    static void archive(OciBundle bundle, Path file, @Nullable String tag) throws IOException {
        replace(file, out -> {
            TarWriter tar = new TarWriter(out);
            for (Part part : parts(bundle).values()) {
                try (InputStream in = verified(part)) {
                    tar.write(
                            entry(
                                    OciLayout.path(part.descriptor().digest()),
                                    part.descriptor().size()),
                            in);
                }
            }
            bytes(tar, OciLayout.MARKER, MARKER);
            bytes(tar, OciLayout.INDEX, index(bundle, tag, Json.object().putArray("manifests")));
            tar.finish();
        });
    }

    private static SortedMap<Digest, Part> parts(OciBundle bundle) {
        SortedMap<Digest, Part> parts = new TreeMap<>();
        bundle.blobs().forEach(part -> parts.put(part.descriptor().digest(), part));
        bundle.manifests().forEach(part -> parts.put(part.descriptor().digest(), part));
        bundle.attachments()
                .forEach(attached -> parts.put(attached.manifest().descriptor().digest(), attached.manifest()));
        return parts;
    }

    private static byte[] index(OciBundle bundle, @Nullable String tag, ArrayNode manifests) {
        ObjectNode index = Json.object();
        index.put("schemaVersion", 2);
        index.put("mediaType", MediaTypes.INDEX);
        ObjectNode root = OciBundle.json(bundle.root().descriptor());
        if (tag != null) {
            root.putObject("annotations").put(OciLayout.REF_NAME, tag);
        }
        manifests.add(root);
        for (OciBundle.Attached attachment : bundle.attachments()) {
            ObjectNode node = OciBundle.json(attachment.manifest().descriptor());
            if (attachment.tagged()) {
                node.putObject("annotations").put(OciLayout.REF_NAME, bundle.signatureTag());
            } else {
                node.put("artifactType", attachment.artifactType());
            }
            manifests.add(node);
        }
        index.set("manifests", manifests);
        return Json.write(index);
    }

    /** Fails at the end if the content is not what the descriptor says. */
    static InputStream verified(Part part) throws IOException {
        MessageDigest sha256 = Digest.newSha256();
        return new DigestInputStream(part.content().open(), sha256) {
            private boolean checked;

            @Override
            public int read(byte[] buffer, int from, int length) throws IOException {
                int n = super.read(buffer, from, length);
                if (n < 0 && !checked) {
                    checked = true;
                    requireDigest(Digest.from(sha256), part);
                }
                return n;
            }
        };
    }

    private static void copy(Part part, OutputStream out) throws IOException {
        try (InputStream in = verified(part)) {
            in.transferTo(out);
        }
    }

    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    static void replace(Path file, Content content) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        Path part = Files.createTempFile(directory, ".part-", null);
        try {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part), 1 << 16)) {
                content.writeTo(out);
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private static void bytes(TarWriter tar, String name, byte[] content) throws IOException {
        tar.write(entry(name, content.length), new ByteArrayInputStream(content));
    }

    private static TarEntry entry(String name, long size) {
        return new TarEntry(name, EntryType.FILE, 0644, 0, 0, size, 0, 0, "", Collections.emptySortedMap(), 0, null);
    }
}
