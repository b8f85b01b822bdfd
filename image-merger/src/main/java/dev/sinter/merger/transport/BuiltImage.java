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
 * @param loopback addresses to which names must resolve where it runs
 * @param planJson the plan that the image carries
 */
public record BuiltImage(
        ImageConfig config,
        List<Layer> layers,
        int reused,
        List<Long> tarBytes,
        Map<String, String> annotations,
        Map<String, String> loopback,
        String planJson) {

    public BuiltImage {
        layers = List.copyOf(layers);
        tarBytes = List.copyOf(tarBytes);
        annotations = Map.copyOf(annotations);
        loopback = Map.copyOf(loopback);
    }

    public byte[] plan() {
        return planJson.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    public long reusedBytes() {
        return sum(0, reused);
    }

    public long newBytes() {
        return sum(reused, tarBytes.size());
    }

    private long sum(int from, int to) {
        return tarBytes.subList(from, to).stream().mapToLong(Long::longValue).sum();
    }
}
