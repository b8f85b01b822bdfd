package dev.sinter.control.xds;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.Status;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Speaks ADS by hand, to say what no real Envoy would, or not on demand. */
final class RawEnvoy implements StreamObserver<DiscoveryResponse>, AutoCloseable {
    private final BlockingQueue<DiscoveryResponse> responses = new LinkedBlockingQueue<>();
    private final BlockingQueue<Throwable> errors = new LinkedBlockingQueue<>();
    private final ManagedChannel channel;
    private final StreamObserver<DiscoveryRequest> requests;

    RawEnvoy(AdsServer server, String token) {
        InetSocketAddress address = server.addresses().getFirst();
        channel = NettyChannelBuilder.forAddress(address).usePlaintext().build();
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("x-sinter-token", Metadata.ASCII_STRING_MARSHALLER), token);
        requests = AggregatedDiscoveryServiceGrpc.newStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .streamAggregatedResources(this);
    }

    ManagedChannel channel() {
        return channel;
    }

    void identify(String nodeId, ResourceType type, String version, String... names) {
        requests.onNext(DiscoveryRequest.newBuilder()
                .setNode(Node.newBuilder().setId(nodeId))
                .setTypeUrl(type.url())
                .setVersionInfo(version)
                .addAllResourceNames(List.of(names))
                .build());
    }

    void ask(ResourceType type, String... names) {
        askFor(type.url(), names);
    }

    void askFor(String typeUrl, String... names) {
        requests.onNext(DiscoveryRequest.newBuilder()
                .setTypeUrl(typeUrl)
                .addAllResourceNames(List.of(names))
                .build());
    }

    void ack(DiscoveryResponse response, String... names) {
        requests.onNext(DiscoveryRequest.newBuilder()
                .setTypeUrl(response.getTypeUrl())
                .setVersionInfo(response.getVersionInfo())
                .setResponseNonce(response.getNonce())
                .addAllResourceNames(List.of(names))
                .build());
    }

    void nack(DiscoveryResponse response, String acceptedVersion, String detail) {
        requests.onNext(DiscoveryRequest.newBuilder()
                .setTypeUrl(response.getTypeUrl())
                .setVersionInfo(acceptedVersion)
                .setResponseNonce(response.getNonce())
                .setErrorDetail(Status.newBuilder().setMessage(detail))
                .build());
    }

    DiscoveryResponse next() throws InterruptedException {
        DiscoveryResponse response = responses.poll(10, TimeUnit.SECONDS);
        if (response == null) {
            throw new AssertionError("no response in 10 s; errors: " + errors);
        }
        return response;
    }

    boolean nothingSent() throws InterruptedException {
        @Nullable DiscoveryResponse response = responses.poll(300, TimeUnit.MILLISECONDS);
        return response == null;
    }

    Throwable error() throws InterruptedException {
        Throwable error = errors.poll(10, TimeUnit.SECONDS);
        if (error == null) {
            throw new AssertionError("no error in 10 s");
        }
        return error;
    }

    static <T extends Message> List<T> unpack(DiscoveryResponse response, Class<T> type) {
        return response.getResourcesList().stream()
                .map(any -> unpack(any, type))
                .toList();
    }

    private static <T extends Message> T unpack(Any any, Class<T> type) {
        try {
            return any.unpack(type);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void onNext(DiscoveryResponse response) {
        responses.add(response);
    }

    @Override
    public void onError(Throwable error) {
        errors.add(error);
    }

    @Override
    public void onCompleted() {}

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
