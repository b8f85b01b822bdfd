package dev.sinter.merger;

import java.nio.file.Path;

/**
 * @param cacheDirectory holds what was read of layers, and temporary files; created on demand
 * @param cacheBytes how much of it may stay between merges
 */
public record MergerSettings(Path cacheDirectory, long cacheBytes) {

    private static final long DEFAULT_CACHE_BYTES = 4L << 30;

    public static MergerSettings in(Path cacheDirectory) {
        return new MergerSettings(cacheDirectory, DEFAULT_CACHE_BYTES);
    }
}
