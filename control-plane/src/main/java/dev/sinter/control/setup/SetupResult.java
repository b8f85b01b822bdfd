package dev.sinter.control.setup;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a machine has once it is ready.
 *
 * @param envoy an Envoy binary that runs here
 * @param baseImage Python image for example applications and sidecars, present in the engine: {@code python:3.13-slim}
 *     where a registry answers, else one assembled from Debian packages
 * @param privateCertificates bundle of a certificate authority the environment names; builds need it where it is set
 * @param done one line for each thing found or brought, in order
 */
public record SetupResult(
        EngineEndpoint engine,
        Path envoy,
        String envoyVersion,
        String baseImage,
        @Nullable Path privateCertificates,
        List<String> done) {
    public SetupResult {
        done = List.copyOf(done);
    }
}
