package dev.sinter.merger;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was built.
 *
 * @param reference the target as given
 * @param imageId digest of the config, by which engines know the image ({@code sha256:…})
 * @param manifestDigest digest of the OCI manifest, or of the index of several platforms; {@code null} for targets without
 *     one (engines, docker archives)
 * @param tier that was built; weaker than the report's where the request said so
 * @param base the member whose layers were taken over byte for byte
 * @param loopback members' names that must resolve to these addresses inside the workload, so that programs which run
 *     unmodified find them there; also the image's label {@code sinter.loopback}
 * @param bytesWritten uncompressed bytes of the layers that are new
 * @param bytesReused uncompressed bytes of the layers that were taken over
 */
public record MergeResult(
        String reference,
        String imageId,
        @Nullable String manifestDigest,
        Tier tier,
        String base,
        CompatibilityReport report,
        Map<String, String> loopback,
        long bytesWritten,
        long bytesReused,
        Duration duration) {}
