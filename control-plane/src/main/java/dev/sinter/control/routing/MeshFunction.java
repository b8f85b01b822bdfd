package dev.sinter.control.routing;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A function as callers reach it.
 *
 * @param name what callers call it
 * @param virtualAddress IP address its name resolves to everywhere in the mesh
 * @param ports its own, the main HTTP port first; only that one is ever served by a fused workload
 * @param publishedPorts which of them the gateway offers
 * @param originalAddress IP address of its own workload, null while that one does not run; without a group callers are
 *     then told 503
 * @param split of the main port's requests
 * @param recorder gets a copy of every GET and HEAD request of the main port; answers are thrown away
 */
public record MeshFunction(
        String name,
        String virtualAddress,
        List<Integer> ports,
        List<PublishedPort> publishedPorts,
        @Nullable String originalAddress,
        Split split,
        @Nullable SocketTarget recorder) {
    public MeshFunction {
        ports = List.copyOf(ports);
        publishedPorts = List.copyOf(publishedPorts);
        if (ports.isEmpty()) {
            throw new IllegalArgumentException(name + ": ports: none (expected: at least one)");
        }
        if (originalAddress == null && split.group() != null && split.originalPercent() > 0) {
            throw new IllegalArgumentException(
                    name + ": originalAddress: null (expected: an address while the original gets "
                            + split.originalPercent() + " %)");
        }
        for (PublishedPort published : publishedPorts) {
            if (!ports.contains(published.port())) {
                throw new IllegalArgumentException(
                        name + ": published port " + published.port() + " (expected: one of " + ports + ")");
            }
        }
    }

    public int mainPort() {
        return ports.getFirst();
    }
}
