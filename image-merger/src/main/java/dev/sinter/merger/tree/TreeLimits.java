package dev.sinter.merger.tree;

/**
 * What one layer may cost.
 *
 * @param layerBytes uncompressed
 * @param freeBytes that any layer may inflate to before the ratio counts
 * @param ratio of uncompressed to compressed bytes; deflate ends near 1000
 */
public record TreeLimits(int entriesPerLayer, long layerBytes, long freeBytes, int ratio) {

    public static final TreeLimits DEFAULT = new TreeLimits(500_000, 32L << 30, 256L << 20, 200);

    long inflatedBytes(long compressed) {
        return Math.max(freeBytes, compressed > Long.MAX_VALUE / ratio ? Long.MAX_VALUE : compressed * ratio);
    }
}
