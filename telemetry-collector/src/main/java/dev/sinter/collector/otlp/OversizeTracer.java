package dev.sinter.collector.otlp;

import dev.sinter.collector.count.DropCause;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;

/** Counts messages that grpc refuses by their announced length, before any handler hears of them. */
final class OversizeTracer extends ServerStreamTracer {

    private final ExportService service;
    private boolean messageRead;

    private OversizeTracer(ExportService service) {
        this.service = service;
    }

    @Override
    public void inboundMessageRead(int seqNo, long optionalWireSize, long optionalUncompressedSize) {
        messageRead = true;
    }

    @Override
    public void streamClosed(Status status) {
        if (!messageRead && status.getCode() == Status.Code.RESOURCE_EXHAUSTED) {
            service.refused(DropCause.TOO_LARGE);
        }
    }

    static final class Factory extends ServerStreamTracer.Factory {

        private final ExportService service;

        Factory(ExportService service) {
            this.service = service;
        }

        @Override
        public ServerStreamTracer newServerStreamTracer(String fullMethodName, Metadata headers) {
            return new OversizeTracer(service);
        }
    }
}
