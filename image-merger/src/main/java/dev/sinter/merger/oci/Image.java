package dev.sinter.merger.oci;

import dev.sinter.merger.MergeException;
import dev.sinter.merger.MergeProblem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One image of one platform, ready to be read.
 *
 * @param reference by which it was asked for
 * @param manifestDigest {@code null} where the transport has no manifest (docker archives)
 */
public record Image(
        String reference,
        ImageConfig config,
        List<Layer> layers,
        @Nullable Digest manifestDigest) {

    public Image {
        layers = List.copyOf(layers);
        List<Digest> diffIds = config.diffIds();
        if (!layers.stream().map(Layer::diffId).toList().equals(diffIds)) {
            throw new MergeException(
                    MergeProblem.MALFORMED_JSON,
                    "image " + reference + ": " + layers.size() + " layers (expected: the " + diffIds.size()
                            + " of its config)");
        }
    }
}
