package dev.sinter.collector.otlp;

import dev.sinter.collector.count.Counts;
import dev.sinter.collector.hop.ProxyNaming;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** OTLP trace receivers over gRPC and HTTP on any number of addresses. Thread-safe. */
public final class OtlpReceiver implements AutoCloseable {

    private final @Nullable GrpcReceiver grpc;
    private final List<HttpReceiver> https;
    private final List<InetSocketAddress> httpAddresses;

    private OtlpReceiver(@Nullable GrpcReceiver grpc, List<HttpReceiver> https, List<InetSocketAddress> httpAddresses) {
        this.grpc = grpc;
        this.https = List.copyOf(https);
        this.httpAddresses = List.copyOf(httpAddresses);
    }

    /**
     * Starts to listen; port 0 picks a free one.
     *
     * @param token senders must present, or null to accept everyone
     * @throws UncheckedIOException {@code SNT0402} if an address can't be bound; then nothing is left open
     */
    public static OtlpReceiver start(
            List<InetSocketAddress> grpcAddresses,
            List<InetSocketAddress> httpAddresses,
            @Nullable IngestToken token,
            ProxyNaming naming,
            HopSink sink,
            Counts counts) {
        ExportService service = new ExportService(token, new SpanDecoder(naming, counts), sink, counts);
        GrpcReceiver grpc = null;
        List<HttpReceiver> https = new ArrayList<>();
        List<InetSocketAddress> bound = new ArrayList<>();
        try {
            if (!grpcAddresses.isEmpty()) {
                grpc = GrpcReceiver.start(grpcAddresses, service);
            }
            for (InetSocketAddress address : httpAddresses) {
                HttpReceiver http = HttpReceiver.start(address, service);
                https.add(http);
                bound.add(new InetSocketAddress(address.getAddress(), http.port()));
            }
        } catch (IOException | RuntimeException e) {
            new OtlpReceiver(grpc, https, bound).close();
            throw new UncheckedIOException(
                    "SNT0402 OTLP addresses: gRPC " + grpcAddresses + ", HTTP " + httpAddresses
                            + " can't all be listened on (expected: free ports of this machine). Maybe another sinter runs.",
                    e instanceof IOException io ? io : new IOException(e));
        }
        return new OtlpReceiver(grpc, https, bound);
    }

    /** Bound gRPC addresses. */
    public List<InetSocketAddress> grpcAddresses() {
        return grpc == null ? List.of() : grpc.addresses();
    }

    /** Bound HTTP addresses. */
    public List<InetSocketAddress> httpAddresses() {
        return httpAddresses;
    }

    /** Stops within seconds; answers what has already been received. */
    @Override
    public void close() {
        if (grpc != null) {
            grpc.close();
        }
        https.forEach(HttpReceiver::close);
    }
}
