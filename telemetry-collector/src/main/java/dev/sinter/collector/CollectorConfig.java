package dev.sinter.collector;

import dev.sinter.collector.otlp.IngestToken;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a {@link Collector}.
 *
 * @param grpcAddresses where to accept OTLP/gRPC; port 0 picks a free one
 * @param httpAddresses where to accept OTLP/HTTP; port 0 picks a free one
 * @param token required in the header {@code x-sinter-token}, or null to accept everyone
 * @param lateness how long after its end a span may arrive and still count: the proxies' flush interval plus a margin
 * @param bucket length of a time bucket, the grain of all windows
 * @param retention how far back buckets are kept
 * @param limits bounds on memory
 */
public record CollectorConfig(
        List<InetSocketAddress> grpcAddresses,
        List<InetSocketAddress> httpAddresses,
        @Nullable IngestToken token,
        Duration lateness,
        Duration bucket,
        Duration retention,
        CollectorLimits limits) {

    /** Loopback only, default OTLP ports, no token, lateness for Envoy's own flush interval of 5 s. */
    public static final CollectorConfig DEFAULT = new CollectorConfig(
            List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 4317)),
            List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 4318)),
            null,
            Duration.ofSeconds(6),
            Duration.ofSeconds(5),
            Duration.ofMinutes(15),
            CollectorLimits.DEFAULT);

    public CollectorConfig {
        grpcAddresses = List.copyOf(grpcAddresses);
        httpAddresses = List.copyOf(httpAddresses);
        requirePositive("lateness", lateness);
        requirePositive("bucket", bucket);
        requirePositive("retention", retention);
        if (retention.compareTo(bucket.plus(lateness)) < 0) {
            throw new IllegalArgumentException(
                    "SNT0401 retention: " + retention + " (expected: at least bucket + lateness)");
        }
    }

    /** These settings on other addresses with another token. */
    public CollectorConfig listeningOn(
            List<InetSocketAddress> grpc, List<InetSocketAddress> http, @Nullable IngestToken newToken) {
        return new CollectorConfig(grpc, http, newToken, lateness, bucket, retention, limits);
    }

    /** These settings with other times. */
    public CollectorConfig withTimes(Duration newLateness, Duration newBucket, Duration newRetention) {
        return new CollectorConfig(grpcAddresses, httpAddresses, token, newLateness, newBucket, newRetention, limits);
    }

    /** These settings with other bounds. */
    public CollectorConfig withLimits(CollectorLimits newLimits) {
        return new CollectorConfig(grpcAddresses, httpAddresses, token, lateness, bucket, retention, newLimits);
    }

    private static void requirePositive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException("SNT0401 " + name + ": " + value + " (expected: > 0)");
        }
    }
}
