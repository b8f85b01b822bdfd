package dev.sinter.merger.transport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sinter.merger.MergeException;
import dev.sinter.merger.MergeProblem;
import dev.sinter.merger.oci.Blob;
import dev.sinter.merger.oci.Descriptor;
import dev.sinter.merger.oci.Digest;
import dev.sinter.merger.oci.FileBlob;
import dev.sinter.merger.oci.Image;
import dev.sinter.merger.oci.Json;
import dev.sinter.merger.oci.ManifestReader;
import dev.sinter.merger.oci.MediaTypes;
import dev.sinter.merger.transport.OciBundle.Part;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One repository of a registry (OCI distribution-spec 1.1); not thread-safe. */
final class Registry implements AttachmentReader.Source, AutoCloseable {

    private static final String ACCEPT = String.join(
            ", ", MediaTypes.INDEX, MediaTypes.MANIFEST, MediaTypes.DOCKER_LIST, MediaTypes.DOCKER_MANIFEST);

    private final RegistryName name;
    private final RegistryHttp http;
    private final Workspace workspace;

    Registry(RegistryName name, Credentials credentials, Workspace workspace) {
        this.name = name;
        this.http = new RegistryHttp(name, credentials);
        this.workspace = workspace;
    }

    List<Image> images(String reference) throws IOException {
        HttpResponse<InputStream> response = http.send(manifest(name.version()));
        byte[] json = body(response, Set.of(200));
        String mediaType = response.headers().firstValue("content-type").orElse(MediaTypes.MANIFEST);
        return ManifestReader.read(reference, new Descriptor(mediaType, Digest.of(json), json.length), this);
    }

    @Override
    public Descriptor root() throws IOException {
        Descriptor root = tagged(name.version());
        if (root == null) {
            throw new MergeException(
                    MergeProblem.IMAGE_NOT_FOUND,
                    "registry " + name.host() + ": no " + name.repository() + " " + name.version());
        }
        return root;
    }

    @Override
    public @Nullable Descriptor tagged(String version) throws IOException {
        HttpResponse<InputStream> response = http.send(manifest(version));
        byte[] json = body(response, Set.of(200, 404));
        String mediaType = response.headers().firstValue("content-type").orElse(MediaTypes.MANIFEST);
        return response.statusCode() == 404 ? null : new Descriptor(mediaType, Digest.of(json), json.length);
    }

    /** By the referrers API, or its fallback for registries without one: an index under a tag. */
    @Override
    public List<Descriptor> referrers(Digest subject) throws IOException {
        HttpResponse<InputStream> response =
                http.send(get("referrers/" + subject).header("Accept", MediaTypes.INDEX));
        // Registries without the API answer with any of these.
        byte[] index = body(response, Set.of(200, 400, 404, 405, 406, 501));
        if (response.statusCode() != 200) {
            HttpResponse<InputStream> fallback = http.send(manifest("sha256-" + subject.hex()));
            index = body(fallback, Set.of(200, 404));
            if (fallback.statusCode() == 404) {
                return List.of();
            }
        }
        List<Descriptor> referrers = new ArrayList<>();
        for (JsonNode node : Json.readObject(index, "referrers").path("manifests")) {
            referrers.add(ManifestReader.descriptor(node, "referrers"));
        }
        return referrers;
    }

    @Override
    public byte[] json(Descriptor descriptor) throws IOException {
        boolean manifest = MediaTypes.isIndex(descriptor.mediaType()) || MediaTypes.isManifest(descriptor.mediaType());
        String digest = descriptor.digest().value();
        return body(http.send(manifest ? manifest(digest) : get("blobs/" + digest)), Set.of(200));
    }

    @Override
    public Blob layer(Descriptor descriptor) {
        return new RemoteBlob(descriptor);
    }

    /** Pushes what the registry lacks; whatever gives the image its tag comes last. */
    void push(OciBundle bundle, Set<String> sources) throws IOException {
        for (Part part : bundle.blobs()) {
            if (!has(part.descriptor().digest()) && !mounted(part, sources)) {
                upload(part);
            }
        }
        for (Part manifest : bundle.manifests()) {
            boolean root = manifest.descriptor().equals(bundle.root().descriptor());
            put(manifest, root && bundle.attachments().isEmpty() ? name.version() : null);
        }
        for (OciBundle.Attached attached : bundle.attachments()) {
            boolean linked = put(attached.manifest(), attached.tagged() ? bundle.signatureTag() : null);
            if (!linked && !attached.tagged()) {
                addReferrer(bundle.root().descriptor().digest(), attached);
            }
        }
        if (!bundle.attachments().isEmpty()) {
            put(bundle.root(), name.version());
        }
    }

    private boolean has(Digest digest) throws IOException {
        HttpResponse<InputStream> response =
                http.send(HttpRequest.newBuilder(name.uri("blobs/" + digest)).method("HEAD", BodyPublishers.noBody()));
        response.body().close();
        return response.statusCode() == 200;
    }

    /** Takes a layer over from a member's repository of the same registry, so that it is not uploaded again. */
    private boolean mounted(Part part, Set<String> sources) throws IOException {
        if (!part.reused()) {
            return false;
        }
        for (String source : sources) {
            String query = "blobs/uploads/?mount=" + part.descriptor().digest() + "&from="
                    + URLEncoder.encode(source, StandardCharsets.UTF_8);
            HttpResponse<InputStream> response =
                    http.send(HttpRequest.newBuilder(name.uri(query)).POST(BodyPublishers.noBody()));
            response.body().close();
            if (response.statusCode() == 201) {
                return true;
            }
        }
        return false;
    }

    private void upload(Part part) throws IOException {
        HttpResponse<InputStream> started =
                http.send(HttpRequest.newBuilder(name.uri("blobs/uploads/")).POST(BodyPublishers.noBody()));
        body(started, Set.of(202));
        URI location =
                started.uri().resolve(started.headers().firstValue("location").orElse(""));
        String separator = location.getQuery() == null ? "?" : "&";
        URI target =
                URI.create(location + separator + "digest=" + part.descriptor().digest());
        HttpRequest.BodyPublisher data = BodyPublishers.fromPublisher(
                BodyPublishers.ofInputStream(() -> {
                    try {
                        return OciLayoutWriter.verified(part);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }),
                Math.max(1, part.descriptor().size()));
        body(
                http.send(HttpRequest.newBuilder(target)
                        .header("Content-Type", "application/octet-stream")
                        .PUT(data)),
                Set.of(201));
    }

    /** Whether the registry understood the manifest's subject, if it has one. */
    private boolean put(Part manifest, @Nullable String tag) throws IOException {
        String version = tag == null ? manifest.descriptor().digest().value() : tag;
        try (InputStream content = manifest.content().open()) {
            HttpResponse<InputStream> response = http.send(HttpRequest.newBuilder(name.uri("manifests/" + version))
                    .header("Content-Type", manifest.descriptor().mediaType())
                    .PUT(BodyPublishers.ofByteArray(content.readAllBytes())));
            body(response, Set.of(201));
            return response.headers().firstValue("oci-subject").isPresent();
        }
    }

    /** The fallback of distribution-spec 1.1 for registries without the referrers API: an index under a tag. */
    private void addReferrer(Digest subject, OciBundle.Attached attached) throws IOException {
        String tag = "sha256-" + subject.hex();
        HttpResponse<InputStream> response = http.send(manifest(tag));
        byte[] known = body(response, Set.of(200, 404));
        ObjectNode index = Json.object();
        index.put("schemaVersion", 2);
        index.put("mediaType", MediaTypes.INDEX);
        ArrayNode manifests = index.putArray("manifests");
        if (response.statusCode() == 200) {
            for (JsonNode node : Json.readObject(known, "referrers").path("manifests")) {
                if (!node.path("digest")
                        .asText("")
                        .equals(attached.manifest().descriptor().digest().value())) {
                    manifests.add(node);
                }
            }
        }
        ObjectNode entry = OciBundle.json(attached.manifest().descriptor());
        entry.put("artifactType", attached.artifactType());
        manifests.add(entry);
        put(Part.of(MediaTypes.INDEX, Json.write(index)), tag);
    }

    private HttpRequest.Builder manifest(String version) {
        return get("manifests/" + version).header("Accept", ACCEPT);
    }

    private HttpRequest.Builder get(String path) {
        return HttpRequest.newBuilder(name.uri(path)).GET();
    }

    private byte[] body(HttpResponse<InputStream> response, Set<Integer> expected) throws IOException {
        try (InputStream body = response.body()) {
            byte[] content = body.readNBytes(Json.MAX_BYTES + 1);
            if (response.statusCode() == 404 && !expected.contains(404)) {
                throw new MergeException(
                        MergeProblem.IMAGE_NOT_FOUND,
                        "registry " + name.host() + ": no " + name.repository() + " " + name.version());
            }
            if (!expected.contains(response.statusCode())) {
                throw new IOException("registry " + name.host() + ": status " + response.statusCode()
                        + " of " + response.request().method() + " "
                        + response.uri().getPath()
                        + " (expected: " + expected + "). Maybe log in first.");
            }
            if (content.length > Json.MAX_BYTES) {
                throw new MergeException(
                        MergeProblem.TOO_LARGE,
                        "registry " + name.host() + ": an answer of more than " + Json.MAX_BYTES + " bytes");
            }
            return content;
        }
    }

    @Override
    public void close() {
        http.close();
    }

    /** Downloaded on first use. */
    private final class RemoteBlob implements Blob {

        private final Object lock = new Object();
        private final Descriptor descriptor;
        private @Nullable FileBlob file;

        RemoteBlob(Descriptor descriptor) {
            this.descriptor = descriptor;
        }

        @Override
        public long size() {
            return descriptor.size();
        }

        @Override
        public InputStream open() throws IOException {
            return asFile().open();
        }

        @Override
        public FileBlob asFile() throws IOException {
            synchronized (lock) {
                if (file == null) {
                    java.nio.file.Path path = workspace.newFile(".blob");
                    HttpResponse<InputStream> response = http.send(get("blobs/" + descriptor.digest()));
                    if (response.statusCode() != 200) {
                        body(response, Set.of(200));
                    }
                    try (InputStream in = response.body()) {
                        OciLayoutWriter.replace(path, out -> new BoundedCopy(descriptor.size()).copy(in, out));
                    }
                    file = FileBlob.whole(path);
                }
                return file;
            }
        }
    }
}
