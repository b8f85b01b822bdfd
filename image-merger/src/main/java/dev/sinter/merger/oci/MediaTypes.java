package dev.sinter.merger.oci;

import dev.sinter.merger.MergeException;
import dev.sinter.merger.MergeProblem;
import java.util.Set;

/** Media types of OCI image-spec 1.1 and Docker's image manifest v2 schema 2. */
public final class MediaTypes {

    public static final String INDEX = "application/vnd.oci.image.index.v1+json";
    public static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    public static final String CONFIG = "application/vnd.oci.image.config.v1+json";
    public static final String EMPTY = "application/vnd.oci.empty.v1+json";
    public static final String LAYER_TAR = "application/vnd.oci.image.layer.v1.tar";
    public static final String LAYER_GZIP = LAYER_TAR + "+gzip";
    public static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    public static final String DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";

    private static final String DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar";
    private static final Set<String> CONFIGS = Set.of(CONFIG, "application/vnd.docker.container.image.v1+json");
    private static final Set<String> LAYERS = Set.of(
            LAYER_TAR, LAYER_GZIP, LAYER_TAR + "+zstd", DOCKER_LAYER, DOCKER_LAYER + ".gzip", DOCKER_LAYER + ".zstd");

    private MediaTypes() {}

    public static boolean isIndex(String mediaType) {
        return mediaType.equals(INDEX) || mediaType.equals(DOCKER_LIST);
    }

    public static boolean isManifest(String mediaType) {
        return mediaType.equals(MANIFEST) || mediaType.equals(DOCKER_MANIFEST);
    }

    public static boolean isConfig(String mediaType) {
        return CONFIGS.contains(mediaType);
    }

    /** What OCI calls a layer that Docker wrote; its bytes are the same. */
    public static String ociLayer(String mediaType) {
        return mediaType.startsWith(DOCKER_LAYER)
                ? LAYER_TAR + mediaType.substring(DOCKER_LAYER.length()).replace('.', '+')
                : mediaType;
    }

    static void requireLayer(String mediaType) {
        if (mediaType.contains("nondistributable") || mediaType.contains("foreign")) {
            throw new MergeException(
                    MergeProblem.FOREIGN_LAYER,
                    "layer: " + mediaType + " (expected: a layer that its registry holds itself)");
        }
        if (!LAYERS.contains(mediaType)) {
            throw unknown("layer", mediaType);
        }
    }

    static MergeException unknown(String what, String mediaType) {
        return new MergeException(
                MergeProblem.UNKNOWN_MEDIA_TYPE,
                what + ": " + mediaType + " (expected: an OCI image or Docker's schema 2). Maybe it is no image.");
    }
}
