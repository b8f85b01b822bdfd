package dev.sinter.collector.otlp;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The two small messages that go back to senders, in protobuf. */
final class OtlpMessages {

    private static final int RESPONSE_PARTIAL_SUCCESS = 1;
    private static final int PARTIAL_REJECTED_SPANS = 1;
    private static final int PARTIAL_ERROR_MESSAGE = 2;
    private static final int STATUS_CODE = 1;
    private static final int STATUS_MESSAGE = 2;

    private OtlpMessages() {}

    /** {@code ExportTraceServiceResponse}; empty when every span was usable, as the protocol wants it. */
    static byte[] exportResponse(int rejectedSpans) {
        if (rejectedSpans == 0) {
            return new byte[0];
        }
        byte[] partial = write(out -> {
            out.writeInt64(PARTIAL_REJECTED_SPANS, rejectedSpans);
            out.writeString(
                    PARTIAL_ERROR_MESSAGE,
                    "SNT0405 spans: " + rejectedSpans
                            + " unusable (expected: ids, start and end, and node_id or service.name)");
        });
        return write(out -> out.writeByteArray(RESPONSE_PARTIAL_SUCCESS, partial));
    }

    /** {@code google.rpc.Status}. */
    static byte[] status(int code, String message) {
        return write(out -> {
            out.writeInt32(STATUS_CODE, code);
            out.writeString(STATUS_MESSAGE, message);
        });
    }

    private static byte[] write(Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            fields.writeTo(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to an array does no I/O", e);
        }
        return bytes.toByteArray();
    }

    @FunctionalInterface
    private interface Fields {
        void writeTo(CodedOutputStream out) throws IOException;
    }
}
