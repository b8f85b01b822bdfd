package dev.sinter.control.xds;

import io.envoyproxy.controlplane.server.DiscoveryServerCallbacks;
import io.envoyproxy.controlplane.server.exception.RequestException;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.concurrent.Semaphore;

/** Who may open a stream, and what may be said on it. */
final class StreamGate implements ServerInterceptor, DiscoveryServerCallbacks {
    private static final Metadata.Key<String> TOKEN =
            Metadata.Key.of("x-sinter-token", Metadata.ASCII_STRING_MARSHALLER);
    private static final int MAX_STREAMS = 10_000;
    private static final int MAX_NODE_ID_CHARS = 256;
    private static final int MAX_NAMES = 10_000;

    private final byte[] token;
    private final Snapshots snapshots;
    private final Counters counters;
    private final Clock clock;
    private final Semaphore streams = new Semaphore(MAX_STREAMS);

    StreamGate(String token, Snapshots snapshots, Counters counters, Clock clock) {
        this.token = token.getBytes(StandardCharsets.UTF_8);
        this.snapshots = snapshots;
        this.counters = counters;
        this.clock = clock;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        String presented = headers.get(TOKEN);
        if (presented == null || !MessageDigest.isEqual(token, presented.getBytes(StandardCharsets.UTF_8))) {
            return refuse(call, Status.UNAUTHENTICATED.withDescription("x-sinter-token is missing or wrong"));
        }
        String method = call.getMethodDescriptor().getFullMethodName();
        if (!method.equals(AggregatedDiscoveryServiceGrpc.getStreamAggregatedResourcesMethod()
                .getFullMethodName())) {
            return refuse(
                    call, Status.UNIMPLEMENTED.withDescription(method + " is not offered, state of the world is"));
        }
        if (!streams.tryAcquire()) {
            return refuse(call, Status.RESOURCE_EXHAUSTED.withDescription(MAX_STREAMS + " streams are open"));
        }
        counters.streamsOpened.increment();
        AdsStream stream = new AdsStream(clock.instant());
        Context context = Context.current().withValue(AdsStream.KEY, stream);
        return new ForwardingServerCallListener.SimpleForwardingServerCallListener<>(
                Contexts.interceptCall(context, call, headers, next)) {
            @Override
            public void onCancel() {
                closed();
                super.onCancel();
            }

            @Override
            public void onComplete() {
                closed();
                super.onComplete();
            }

            private void closed() {
                streams.release();
                snapshots.closed(stream);
            }
        };
    }

    private <Q, R> ServerCall.Listener<Q> refuse(ServerCall<Q, R> call, Status status) {
        counters.streamsRefused.increment();
        call.close(status, new Metadata());
        return new ServerCall.Listener<>() {};
    }

    @Override
    public void onV3StreamRequest(long streamId, DiscoveryRequest request) throws RequestException {
        if (AdsStream.KEY.get().nodeId() == null && request.getNode().getId().isEmpty()) {
            throw malformed("node.id: missing in the first request");
        }
        if (request.getNode().getId().length() > MAX_NODE_ID_CHARS) {
            throw malformed("node.id: too long (expected: at most " + MAX_NODE_ID_CHARS + " characters)");
        }
        if (request.getResourceNamesCount() > MAX_NAMES) {
            throw malformed(
                    "resource_names: " + request.getResourceNamesCount() + " (expected: at most " + MAX_NAMES + ")");
        }
    }

    @Override
    public void onV3StreamDeltaRequest(long streamId, DeltaDiscoveryRequest request) throws RequestException {
        throw malformed("delta xDS is not offered");
    }

    private RequestException malformed(String message) {
        counters.requestsRefused.increment();
        return new RequestException(Status.INVALID_ARGUMENT.withDescription(message));
    }
}
