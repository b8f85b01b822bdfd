package dev.sinter.merger;

import dev.sinter.merger.transport.EngineImages;
import org.jspecify.annotations.Nullable;

/** Decides what may share a workload and builds the fused image; thread-safe. */
public final class ImageMerger {

    private final MergerSettings settings;
    private final @Nullable EngineImages engine;

    /** @param engine {@code null} where only archives, directories and registries are used */
    public ImageMerger(MergerSettings settings, @Nullable EngineImages engine) {
        this.settings = settings;
        this.engine = engine;
    }

    /**
     * Reads the images and says which tier each pair reaches; writes nothing.
     *
     * @throws MergeException if an image cannot be read or is hostile
     */
    public CompatibilityReport analyse(MergeRequest request, MergeProgress progress) {
        progress.at("reading", 0, 0);
        throw new MergeException(MergeProblem.TRANSPORT_FAILED, "not built yet: " + settings + engine);
    }

    /**
     * Builds the fused image and hands it to the target, all or nothing. The same request on the same images gives the
     * same digests. Interrupting the calling thread cancels.
     *
     * @param target reference with a transport, as {@link Member#image}
     * @throws MergeException if an image cannot be read, is hostile, or the group only reaches a weaker tier
     */
    public MergeResult merge(MergeRequest request, String target, MergeProgress progress) {
        progress.at("reading", 0, 0);
        throw new MergeException(MergeProblem.TRANSPORT_FAILED, "not built yet: " + settings + engine);
    }
}
