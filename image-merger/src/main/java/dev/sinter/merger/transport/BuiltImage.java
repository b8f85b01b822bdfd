package dev.sinter.merger.transport;

import dev.sinter.merger.oci.ImageConfig;
import dev.sinter.merger.oci.Layer;
import java.util.List;
import java.util.Map;

/**
 * An image to be handed to a target.
 *
 * @param layers those taken over first
 * @param reused how many of {@code layers} the target may have already, as a member's image has them at the same place
 * @param tarBytes uncompressed size of each layer
 */
public record BuiltImage(
        ImageConfig config, List<Layer> layers, int reused, List<Long> tarBytes, Map<String, String> annotations) {

    public BuiltImage {
        layers = List.copyOf(layers);
        tarBytes = List.copyOf(tarBytes);
    }
}
