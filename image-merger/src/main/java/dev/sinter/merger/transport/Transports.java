package dev.sinter.merger.transport;

import dev.sinter.merger.MergeException;
import dev.sinter.merger.MergeProblem;
import dev.sinter.merger.oci.Image;
import dev.sinter.merger.tree.LayerStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Opens images from, and hands them to, whatever a reference names. */
public final class Transports {

    private final @Nullable EngineImages engine;

    public Transports(@Nullable EngineImages engine) {
        this.engine = engine;
    }

    /** The images in the order of their references; they may be read as long as the workspace is open. */
    public List<Image> open(List<String> references, LayerStore store, Workspace workspace) {
        List<Reference> parsed = references.stream().map(Reference::parse).toList();
        List<String> inEngine = parsed.stream()
                .filter(reference -> reference.kind() == Reference.Kind.DOCKER_DAEMON)
                .map(Reference::name)
                .distinct()
                .toList();
        List<Image> saved =
                inEngine.isEmpty() ? List.of() : new EngineSource(requireEngine(), store, workspace).open(inEngine);
        List<Image> images = new ArrayList<>();
        for (Reference reference : parsed) {
            images.add(
                    reference.kind() == Reference.Kind.DOCKER_DAEMON
                            ? saved.get(inEngine.indexOf(reference.name()))
                            : openFile(reference));
        }
        return images;
    }

    /** Writes all or nothing. */
    public void write(BuiltImage image, String target, Workspace workspace) {
        Reference reference = Reference.parse(target);
        try {
            switch (reference.kind()) {
                case DOCKER_DAEMON -> load(image, reference.name(), workspace);
                case DOCKER_ARCHIVE -> archive(image, reference);
                case OCI, OCI_ARCHIVE, DOCKER -> throw new IOException(reference.kind() + " cannot be written yet");
            }
        } catch (IOException e) {
            throw new MergeException(MergeProblem.TRANSPORT_FAILED, "target " + target + ": " + e.getMessage(), e);
        }
    }

    private Image openFile(Reference reference) {
        try {
            return switch (reference.kind()) {
                case DOCKER_ARCHIVE ->
                    DockerArchive.open(Path.of(reference.name()))
                            .image(Objects.requireNonNullElse(reference.tag(), reference.name()), null);
                case DOCKER_DAEMON, OCI, OCI_ARCHIVE, DOCKER ->
                    throw new IOException(reference.kind() + " cannot be read yet");
            };
        } catch (IOException e) {
            throw new MergeException(
                    MergeProblem.TRANSPORT_FAILED, "image " + reference.name() + ": " + e.getMessage(), e);
        }
    }

    private void load(BuiltImage image, String tag, Workspace workspace) throws IOException {
        if (loadThin(image, tag, workspace)) {
            return;
        }
        Path whole = workspace.newFile(".tar");
        write(image, tag, false, whole);
        try (InputStream in = Files.newInputStream(whole)) {
            requireEngine().load(in);
        }
        // Engines report some failures inside a successful answer.
        requireEngine().idOf(tag);
    }

    private boolean loadThin(BuiltImage image, String tag, Workspace workspace) throws IOException {
        Path thin = workspace.newFile(".tar");
        write(image, tag, true, thin);
        try (InputStream in = Files.newInputStream(thin)) {
            requireEngine().load(in);
            return requireEngine().idOf(tag).endsWith(image.config().digest().hex());
        } catch (IOException refused) {
            return false;
        }
    }

    private static void archive(BuiltImage image, Reference target) throws IOException {
        Path file = Path.of(target.name()).toAbsolutePath();
        Path part = Files.createTempFile(file.getParent(), ".part-", null);
        try {
            write(image, Objects.requireNonNullElse(target.tag(), "sinter/fused:latest"), false, part);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private static void write(BuiltImage image, String tag, boolean thin, Path file) throws IOException {
        try (OutputStream out = new java.io.BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
            DockerArchiveWriter.write(image, tag, thin, out);
        }
    }

    private EngineImages requireEngine() {
        if (engine == null) {
            throw new MergeException(
                    MergeProblem.BAD_REQUEST,
                    "container engine: none (expected: one, as an image or target without a transport is the engine's)");
        }
        return engine;
    }
}
