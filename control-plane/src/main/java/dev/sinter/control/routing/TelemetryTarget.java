package dev.sinter.control.routing;

/**
 * Where proxies send spans (OTLP/gRPC).
 *
 * @param host an IP address
 * @param token sent as {@code x-sinter-token}
 */
public record TelemetryTarget(String host, int port, String token) {
    /** Without the token: this ends up in logs. */
    @Override
    public String toString() {
        return "TelemetryTarget[" + host + ":" + port + "]";
    }
}
