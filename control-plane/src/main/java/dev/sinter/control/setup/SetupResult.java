package dev.sinter.control.setup;

import java.nio.file.Path;
import java.util.List;

/**
 * What a machine has once it is ready.
 *
 * @param envoy an Envoy binary that runs here
 * @param baseImage Python image for example applications and sidecars, present in the engine: {@code python:3.13-slim}
 *     where a registry answers, else one assembled from Debian packages
 * @param done one line for each thing found or brought, in order
 */
public record SetupResult(EngineEndpoint engine, Path envoy, String envoyVersion, String baseImage, List<String> done) {
    public SetupResult {
        done = List.copyOf(done);
    }
}
