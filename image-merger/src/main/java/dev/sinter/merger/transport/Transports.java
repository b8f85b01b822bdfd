package dev.sinter.merger.transport;

import dev.sinter.merger.MergeException;
import dev.sinter.merger.MergeProblem;
import dev.sinter.merger.oci.Digest;
import dev.sinter.merger.oci.Image;
import dev.sinter.merger.tree.LayerStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Opens images from, and hands them to, whatever a reference names. */
public final class Transports {

    private static final String DEFAULT_TAG = "sinter/fused:latest";

    private final @Nullable EngineImages engine;
    private final Credentials credentials;

    /** @param environment tells where credentials of registries are kept */
    public Transports(@Nullable EngineImages engine, Map<String, String> environment) {
        this.engine = engine;
        this.credentials = Credentials.ofUser(environment);
    }

    /**
     * The images in the order of their references, each in all its platforms; they may be read as long as the workspace is
     * open.
     */
    public List<List<Image>> open(List<String> references, LayerStore store, Workspace workspace) {
        List<Reference> parsed = references.stream().map(Reference::parse).toList();
        List<String> inEngine = parsed.stream()
                .filter(reference -> reference.kind() == Reference.Kind.DOCKER_DAEMON)
                .map(Reference::name)
                .distinct()
                .toList();
        List<Image> saved =
                inEngine.isEmpty() ? List.of() : new EngineSource(requireEngine(), store, workspace).open(inEngine);
        List<List<Image>> images = new ArrayList<>();
        for (Reference reference : parsed) {
            images.add(
                    reference.kind() == Reference.Kind.DOCKER_DAEMON
                            ? List.of(saved.get(inEngine.indexOf(reference.name())))
                            : openElsewhere(reference, workspace));
        }
        return images;
    }

    /**
     * What is kept beside an image, by the digest of what it is said of: the image's manifest, and the index that lists it.
     *
     * @param manifest of the image as it was read; engines and docker archives have none, and keep nothing
     */
    public Map<Digest, List<Attachment>> attachments(String reference, @Nullable Digest manifest, Workspace workspace) {
        Reference parsed = Reference.parse(reference);
        if (manifest == null) {
            return Map.of();
        }
        try {
            return switch (parsed.kind()) {
                case DOCKER_DAEMON, DOCKER_ARCHIVE -> Map.of();
                case OCI -> read(OciLayout.directory(Path.of(parsed.name())), parsed, manifest);
                case OCI_ARCHIVE -> read(OciLayout.archive(Path.of(parsed.name())), parsed, manifest);
                case DOCKER -> {
                    try (Registry registry = new Registry(RegistryName.parse(parsed.name()), credentials, workspace)) {
                        yield new AttachmentReader(registry).of(manifest);
                    }
                }
            };
        } catch (IOException e) {
            throw new MergeException(
                    MergeProblem.TRANSPORT_FAILED, "attachments of " + reference + ": " + e.getMessage(), e);
        }
    }

    private static Map<Digest, List<Attachment>> read(OciLayout layout, Reference reference, Digest manifest)
            throws IOException {
        return new AttachmentReader(layout.attachmentsOf(reference.name(), reference.tag())).of(manifest);
    }

    /** Whether a target can hold one image for several platforms. */
    public static boolean holdsPlatforms(String target) {
        return switch (Reference.parse(target).kind()) {
            case OCI, OCI_ARCHIVE, DOCKER -> true;
            case DOCKER_DAEMON, DOCKER_ARCHIVE -> false;
        };
    }

    /** Whether a target can keep what is said of an image beside it. */
    public static boolean keepsAttachments(String target) {
        return holdsPlatforms(target);
    }

    /**
     * Writes all or nothing.
     *
     * @param images of one platform each, one only unless {@link #holdsPlatforms}
     * @param attachments of the digest that the target will know the image by; kept where the target can
     * @param sources references of the members, from whose repositories layers may be mounted
     * @param store keeps new layers as they were packed
     * @return digest of the manifest or index, {@code null} where the target has none
     */
    public @Nullable String write(
            List<BuiltImage> images,
            Function<Digest, List<Attachment>> attachments,
            List<String> sources,
            String target,
            LayerStore store,
            Workspace workspace) {
        Reference reference = Reference.parse(target);
        try {
            return switch (reference.kind()) {
                case DOCKER_DAEMON -> {
                    load(images.getFirst(), reference.name(), workspace);
                    yield null;
                }
                case DOCKER_ARCHIVE -> {
                    String tag = Objects.requireNonNullElse(reference.tag(), DEFAULT_TAG);
                    OciLayoutWriter.replace(
                            Path.of(reference.name()),
                            out -> DockerArchiveWriter.write(images.getFirst(), tag, false, out));
                    yield null;
                }
                case OCI, OCI_ARCHIVE, DOCKER -> {
                    OciBundle bundle = OciBundle.of(images, attachments, store);
                    bundle(bundle, reference, sources, workspace);
                    yield bundle.root().descriptor().digest().value();
                }
            };
        } catch (IOException e) {
            throw new MergeException(MergeProblem.TRANSPORT_FAILED, "target " + target + ": " + e.getMessage(), e);
        }
    }

    private void bundle(OciBundle bundle, Reference target, List<String> sources, Workspace workspace)
            throws IOException {
        switch (target.kind()) {
            case OCI -> OciLayoutWriter.directory(bundle, Path.of(target.name()), target.tag());
            case OCI_ARCHIVE -> OciLayoutWriter.archive(bundle, Path.of(target.name()), target.tag());
            case DOCKER -> {
                RegistryName name = RegistryName.parse(target.name());
                try (Registry registry = new Registry(name, credentials, workspace)) {
                    registry.push(bundle, repositories(name.host(), sources));
                }
            }
            case DOCKER_DAEMON, DOCKER_ARCHIVE -> throw new IllegalStateException(target.toString());
        }
    }

    /** Repositories of one registry that the members come from. */
    private static Set<String> repositories(String host, List<String> sources) {
        Set<String> repositories = new LinkedHashSet<>();
        for (String source : sources) {
            Reference reference = Reference.parse(source);
            if (reference.kind() == Reference.Kind.DOCKER) {
                RegistryName name = RegistryName.parse(reference.name());
                if (name.host().equals(host)) {
                    repositories.add(name.repository());
                }
            }
        }
        return repositories;
    }

    private List<Image> openElsewhere(Reference reference, Workspace workspace) {
        try {
            return switch (reference.kind()) {
                case DOCKER_ARCHIVE -> {
                    requireFile(reference);
                    String name = Objects.requireNonNullElse(reference.tag(), reference.name());
                    yield List.of(DockerArchive.open(Path.of(reference.name())).image(name, null));
                }
                case OCI -> OciLayout.directory(Path.of(reference.name())).images(reference.name(), reference.tag());
                case OCI_ARCHIVE -> {
                    requireFile(reference);
                    yield OciLayout.archive(Path.of(reference.name())).images(reference.name(), reference.tag());
                }
                case DOCKER -> {
                    RegistryName name = RegistryName.parse(reference.name());
                    Registry registry = workspace.closeLater(new Registry(name, credentials, workspace));
                    yield registry.images(reference.name());
                }
                case DOCKER_DAEMON -> throw new IllegalStateException(reference.toString());
            };
        } catch (IOException e) {
            throw new MergeException(
                    MergeProblem.TRANSPORT_FAILED, "image " + reference.name() + ": " + e.getMessage(), e);
        }
    }

    private static void requireFile(Reference reference) {
        Path path = Path.of(reference.name());
        if (!Files.isRegularFile(path)) {
            throw new MergeException(
                    MergeProblem.IMAGE_NOT_FOUND, "image archive: " + path + " missing (expected: a file)");
        }
    }

    private void load(BuiltImage image, String tag, Workspace workspace) throws IOException {
        if (loadThin(image, tag, workspace)) {
            return;
        }
        Path whole = workspace.newFile(".tar");
        OciLayoutWriter.replace(whole, out -> DockerArchiveWriter.write(image, tag, false, out));
        try (InputStream in = Files.newInputStream(whole)) {
            requireEngine().load(in);
        }
        // Engines report some failures inside a successful answer.
        requireEngine().idOf(tag);
    }

    private boolean loadThin(BuiltImage image, String tag, Workspace workspace) throws IOException {
        Path thin = workspace.newFile(".tar");
        OciLayoutWriter.replace(thin, out -> DockerArchiveWriter.write(image, tag, true, out));
        try (InputStream in = Files.newInputStream(thin)) {
            requireEngine().load(in);
            return requireEngine().idOf(tag).endsWith(image.config().digest().hex());
        } catch (IOException refused) {
            return false;
        }
    }

    private EngineImages requireEngine() {
        if (engine == null) {
            throw new MergeException(
                    MergeProblem.BAD_REQUEST,
                    "container engine: none (expected: one, as an image or target without a transport is the"
                            + " engine's)");
        }
        return engine;
    }
}
