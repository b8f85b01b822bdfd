package dev.sinter.control.platform;

import java.util.List;
import java.util.Map;

/**
 * An image the engine has.
 *
 * @param reference what to start containers from
 * @param digest the engine's identity of it: its configuration's digest, {@code sha256:…}
 * @param exposedPorts TCP ports its configuration exposes, ascending
 * @param environment its configuration's environment
 * @param labels its configuration's labels
 */
public record Image(
        String reference,
        String digest,
        List<Integer> exposedPorts,
        Map<String, String> environment,
        Map<String, String> labels) {
    public Image {
        exposedPorts = List.copyOf(exposedPorts);
        environment = Map.copyOf(environment);
        labels = Map.copyOf(labels);
    }
}
