package dev.sinter.collector.otlp;

import static dev.sinter.collector.otlp.SpanDecoder.bytesTag;
import static dev.sinter.collector.otlp.SpanDecoder.skip;
import static dev.sinter.collector.otlp.SpanReader.varintTag;

import com.google.protobuf.CodedInputStream;
import dev.sinter.collector.hop.Callee;
import dev.sinter.collector.hop.SpanOrigin;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What the attributes of the span being read say, on top of what its resource said. Not thread-safe.
 */
final class SpanAttributes {

    private static final int KEY = bytesTag(1);
    private static final int VALUE = bytesTag(2);
    private static final int STRING_VALUE = bytesTag(1);
    private static final int BOOL_VALUE = varintTag(2);
    private static final int INT_VALUE = varintTag(3);
    private static final int ABSENT = -1;

    private final byte[] buffer;
    private final int base;
    private final SpanInterners interners;

    private String resourceNodeId = "";
    private String serviceName = "";
    private String nodeId = "";
    private String canonicalService = "";
    private String namespace = "";
    private String member = "";
    private @Nullable Callee callee;
    private @Nullable String flags;
    private int httpStatus = ABSENT;
    private boolean local;

    /**
     * Reads from {@code buffer}.
     *
     * @param base where in the buffer the streams given to {@link #read} begin
     */
    SpanAttributes(byte[] buffer, int base, SpanInterners interners) {
        this.buffer = buffer;
        this.base = base;
        this.interners = interners;
    }

    /** What was read so far was the resource's and holds for all spans to come. */
    void resourceIsComplete() {
        resourceNodeId = nodeId;
    }

    /** Forgets the last span. */
    void reset() {
        nodeId = resourceNodeId;
        canonicalService = "";
        namespace = "";
        member = "";
        callee = null;
        flags = null;
        httpStatus = ABSENT;
        local = false;
    }

    boolean isFrom(SpanOrigin origin) {
        return origin.nodeId().equals(nodeId)
                && origin.canonicalService().equals(canonicalService)
                && origin.namespace().equals(namespace);
    }

    SpanOrigin origin() {
        return new SpanOrigin(nodeId, serviceName, canonicalService, namespace);
    }

    @Nullable
    String member() {
        return member.isEmpty() ? null : member;
    }

    @Nullable
    Callee callee() {
        return callee;
    }

    boolean local() {
        return local;
    }

    boolean failed(boolean errorStatus) {
        return HttpOutcome.failed(httpStatus, flags, errorStatus);
    }

    /** Reads one attribute, whose length comes next in {@code in}; the key must precede the value, as it always does. */
    void read(CodedInputStream in) throws IOException {
        AttributeKey key = null;
        int limit = in.pushLimit(in.readRawVarint32());
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == KEY) {
                int length = in.readRawVarint32();
                int offset = base + in.getTotalBytesRead();
                in.skipRawBytes(length);
                key = AttributeKey.of(buffer, offset, length);
            } else if (tag == VALUE && key != null) {
                value(in, key);
            } else {
                skip(in, tag);
            }
        }
        in.popLimit(limit);
    }

    private void value(CodedInputStream in, AttributeKey key) throws IOException {
        int limit = in.pushLimit(in.readRawVarint32());
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == STRING_VALUE) {
                int length = in.readRawVarint32();
                int offset = base + in.getTotalBytesRead();
                in.skipRawBytes(length);
                text(key, offset, length);
            } else if (tag == BOOL_VALUE || tag == INT_VALUE) {
                number(key, in.readRawVarint64());
            } else {
                skip(in, tag);
            }
        }
        in.popLimit(limit);
    }

    private void text(AttributeKey key, int offset, int length) {
        switch (key) {
            case NODE_ID -> nodeId = name(offset, length);
            case SERVICE_NAME -> serviceName = name(offset, length);
            case CANONICAL_SERVICE -> canonicalService = name(offset, length);
            case NAMESPACE -> namespace = name(offset, length);
            case FUNCTION -> member = name(offset, length);
            case CLUSTER -> callee = interners.clusters().get(buffer, offset, length);
            case CLUSTER_NAME -> {
                if (callee == null) {
                    callee = interners.clusters().get(buffer, offset, length);
                }
            }
            case STATUS, STATUS_NEW -> httpStatus = digits(offset, length);
            case FLAGS, FLAGS_NEW -> flags = interners.names().get(buffer, offset, length);
            case LOCAL -> local = length == 4 && buffer[offset] == 't';
        }
    }

    private void number(AttributeKey key, long value) {
        switch (key) {
            case STATUS, STATUS_NEW -> httpStatus = Math.clamp(value, 0, 999);
            case LOCAL -> local = value != 0;
            case NODE_ID,
                    SERVICE_NAME,
                    CANONICAL_SERVICE,
                    NAMESPACE,
                    FUNCTION,
                    CLUSTER,
                    CLUSTER_NAME,
                    FLAGS,
                    FLAGS_NEW -> {}
        }
    }

    private String name(int offset, int length) {
        String name = interners.names().get(buffer, offset, length);
        return name == null ? "" : name;
    }

    private int digits(int offset, int length) {
        if (length == 0 || length > 3) {
            return ABSENT;
        }
        int number = 0;
        for (int i = offset; i < offset + length; i++) {
            if (buffer[i] < '0' || buffer[i] > '9') {
                return ABSENT;
            }
            number = 10 * number + buffer[i] - '0';
        }
        return number;
    }
}
