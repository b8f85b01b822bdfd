package dev.sinter.control.setup;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.net.URI;
import java.time.Duration;

/**
 * Opens clients of a container engine. They follow {@code DOCKER_TLS_VERIFY}, {@code DOCKER_CERT_PATH} and
 * {@code ~/.docker/config.json}.
 */
public final class EngineClient {

    /** Enough for eight workloads starting at once, each with a log or wait stream beside its calls. */
    private static final int MAX_CONNECTIONS = 64;

    private EngineClient() {}

    public static DockerClient open(URI host) {
        DockerClientConfig config = DefaultDockerClientConfig.createDefaultConfigBuilder()
                .withDockerHost(host.toString())
                .build();
        return DockerClientImpl.getInstance(
                config,
                new ZerodepDockerHttpClient.Builder()
                        .dockerHost(config.getDockerHost())
                        .sslConfig(config.getSSLConfig())
                        .maxConnections(MAX_CONNECTIONS)
                        .connectionTimeout(Duration.ofSeconds(10))
                        .build());
    }
}
