package dev.sinter.collector.otlp;

import dev.sinter.collector.count.DropCause;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyServerBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** OTLP/gRPC: {@code TraceService/Export} on message bytes, without generated code. */
final class GrpcReceiver implements AutoCloseable {

    private static final String SERVICE = "opentelemetry.proto.collector.trace.v1.TraceService";
    private static final int CALLS_PER_CONNECTION = 64;
    private static final int STOP_SECONDS = 2;

    private final Server server;
    private final ExecutorService executor;

    private GrpcReceiver(Server server, ExecutorService executor) {
        this.server = server;
        this.executor = executor;
    }

    /** Listens on all of {@code addresses}, of which there is at least one. */
    static GrpcReceiver start(List<InetSocketAddress> addresses, ExportService service) throws IOException {
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
        NettyServerBuilder builder = NettyServerBuilder.forAddress(addresses.getFirst());
        addresses.stream().skip(1).forEach(builder::addListenAddress);
        Server server = builder.executor(executor)
                .maxInboundMessageSize(ExportService.MAX_MESSAGE_BYTES)
                .maxConcurrentCallsPerConnection(CALLS_PER_CONNECTION)
                .addStreamTracerFactory(new OversizeTracer.Factory(service))
                .addService(definition(service))
                .build();
        return new GrpcReceiver(server.start(), executor);
    }

    List<InetSocketAddress> addresses() {
        return server.getListenSockets().stream()
                .map(InetSocketAddress.class::cast)
                .toList();
    }

    @Override
    public void close() {
        server.shutdown();
        try {
            if (!server.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                server.shutdownNow();
            }
        } catch (InterruptedException e) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
        executor.shutdownNow();
    }

    private static ServerServiceDefinition definition(ExportService service) {
        MethodDescriptor<byte[], byte[]> export = MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, "Export"))
                .setRequestMarshaller(new Bytes())
                .setResponseMarshaller(new Bytes())
                .build();
        return ServerServiceDefinition.builder(SERVICE)
                .addMethod(export, new ExportHandler(service))
                .build();
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {

        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (StatusRuntimeException e) {
                // Decompressed it is too large, which its length tells the handler. What a marshaller throws,
                // grpc logs with its stack: any stranger could fill the disk.
                if (e.getStatus().getCode() == Status.Code.RESOURCE_EXHAUSTED) {
                    return new byte[ExportService.MAX_MESSAGE_BYTES + 1];
                }
                throw e;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Checks the token before asking for the message, so that strangers cost no memory. */
    private record ExportHandler(ExportService service) implements ServerCallHandler<byte[], byte[]> {

        private static final Metadata.Key<String> TOKEN =
                Metadata.Key.of(ExportService.TOKEN_HEADER, Metadata.ASCII_STRING_MARSHALLER);

        @Override
        public ServerCall.Listener<byte[]> startCall(ServerCall<byte[], byte[]> call, Metadata headers) {
            if (!service.admits(headers.get(TOKEN))) {
                call.close(
                        Status.UNAUTHENTICATED.withDescription(
                                "SNT0406 " + ExportService.TOKEN_HEADER + ": missing or wrong"),
                        new Metadata());
                return new ServerCall.Listener<>() {};
            }
            call.request(2);
            return new ExportCall(call, service);
        }
    }

    private static final class ExportCall extends ServerCall.Listener<byte[]> {

        private final ServerCall<byte[], byte[]> call;
        private final ExportService service;
        private byte @Nullable [] message;

        ExportCall(ServerCall<byte[], byte[]> call, ExportService service) {
            this.call = call;
            this.service = service;
        }

        @Override
        public void onMessage(byte[] received) {
            message = received;
        }

        @Override
        public void onHalfClose() {
            byte[] received = message;
            if (received == null) {
                service.refused(DropCause.MALFORMED);
                call.close(Status.INVALID_ARGUMENT.withDescription("SNT0403 message: none"), new Metadata());
                return;
            }
            if (received.length > ExportService.MAX_MESSAGE_BYTES) {
                service.refused(DropCause.TOO_LARGE);
                call.close(
                        Status.RESOURCE_EXHAUSTED.withDescription(
                                "SNT0408 message: too large (expected: at most 4 MiB)"),
                        new Metadata());
                return;
            }
            switch (service.export(received)) {
                case ExportService.Answer.Accepted accepted -> {
                    call.sendHeaders(new Metadata());
                    call.sendMessage(OtlpMessages.exportResponse(accepted.rejectedSpans()));
                    call.close(Status.OK, new Metadata());
                }
                case ExportService.Answer.Malformed malformed ->
                    call.close(Status.INVALID_ARGUMENT.withDescription(malformed.message()), new Metadata());
                case ExportService.Answer.Overloaded overloaded ->
                    call.close(Status.RESOURCE_EXHAUSTED.withDescription(overloaded.message()), new Metadata());
            }
        }
    }
}
