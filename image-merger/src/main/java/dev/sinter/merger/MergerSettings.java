package dev.sinter.merger;

import dev.sinter.merger.supply.DsseSigner;
import dev.sinter.merger.supply.SignatureVerifier;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a merger works.
 *
 * @param cacheDirectory holds what was read of layers, and temporary files; created on demand
 * @param cacheBytes how much of it may stay between merges
 * @param environment of the process: tells where credentials of registries are kept
 * @param inputsSignedBy every member's image must be signed by it; {@code null} takes any image
 * @param signer vouches for what is written to directories, archives and registries of OCI images; {@code null} for nobody
 */
public record MergerSettings(
        Path cacheDirectory,
        long cacheBytes,
        Map<String, String> environment,
        @Nullable SignatureVerifier inputsSignedBy,
        @Nullable DsseSigner signer) {

    private static final long DEFAULT_CACHE_BYTES = 4L << 30;

    public static MergerSettings in(Path cacheDirectory) {
        return new MergerSettings(cacheDirectory, DEFAULT_CACHE_BYTES, System.getenv(), null, null);
    }

    public MergerSettings signedBy(DsseSigner key) {
        return new MergerSettings(cacheDirectory, cacheBytes, environment, inputsSignedBy, key);
    }

    public MergerSettings onlyInputsSignedBy(SignatureVerifier key) {
        return new MergerSettings(cacheDirectory, cacheBytes, environment, key, signer);
    }
}
