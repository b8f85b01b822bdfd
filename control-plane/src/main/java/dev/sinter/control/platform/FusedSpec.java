package dev.sinter.control.platform;

import dev.sinter.control.compose.Service.Mount;
import dev.sinter.control.compose.Service.Resources;
import java.util.List;
import java.util.Map;

/**
 * A fused image to run; the workload's name is {@code fused-<group>}.
 *
 * @param environment added to the image's, such as {@code PORT} or {@code SINTER_OTLP_ENDPOINT}
 * @param readyPort port where {@code GET /ready} answers 200 once the workload serves
 * @param mounts the members' volumes
 * @param extraHosts the members' own host names → addresses
 */
public record FusedSpec(
        String group,
        String image,
        Map<String, String> environment,
        Resources resources,
        List<Mount> mounts,
        Map<String, String> extraHosts,
        int readyPort,
        SidecarSpec sidecar) {

    public FusedSpec {
        environment = Map.copyOf(environment);
        mounts = List.copyOf(mounts);
        extraHosts = Map.copyOf(extraHosts);
    }
}
