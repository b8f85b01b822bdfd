package dev.sinter.collector.otlp;

import static dev.sinter.collector.otlp.SpanDecoder.bytesTag;
import static dev.sinter.collector.otlp.SpanDecoder.skip;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.sinter.collector.count.DropCause;
import dev.sinter.collector.hop.Callee;
import dev.sinter.collector.hop.Hop;
import dev.sinter.collector.hop.Proxy;
import dev.sinter.collector.hop.ProxyNaming;
import dev.sinter.collector.hop.Role;
import dev.sinter.collector.hop.Side;
import dev.sinter.collector.hop.SpanOrigin;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the spans of one resource, one after the other. Its fields are those of the span being read, which is what
 * keeps a span free of garbage but for its hop. Not thread-safe.
 */
final class SpanReader {

    /** What came of one span. */
    sealed interface Outcome {

        record Usable(Hop hop) implements Outcome {}

        record Ignored() implements Outcome {}

        record Rejected(DropCause cause) implements Outcome {}
    }

    private static final Outcome IGNORED = new Outcome.Ignored();
    private static final Outcome INVALID = new Outcome.Rejected(DropCause.INVALID_SPAN);
    private static final Outcome NO_IDENTITY = new Outcome.Rejected(DropCause.NO_IDENTITY);

    private static final int TRACE_ID = bytesTag(1);
    private static final int SPAN_ID = bytesTag(2);
    private static final int PARENT_SPAN_ID = bytesTag(4);
    private static final int KIND = varintTag(6);
    private static final int START = fixed64Tag(7);
    private static final int END = fixed64Tag(8);
    private static final int ATTRIBUTES = bytesTag(9);
    private static final int STATUS = bytesTag(15);
    private static final int STATUS_CODE = varintTag(3);

    private static final int KIND_SERVER = 2;
    private static final int KIND_CLIENT = 3;
    private static final int STATUS_ERROR = 2;

    private final byte[] buffer;
    private final int base;
    private final ProxyNaming naming;
    private final SpanAttributes attributes;

    private @Nullable SpanOrigin lastOrigin;
    private @Nullable Proxy lastProxy;

    private long traceId;
    private long spanId;
    private long parentSpanId;
    private boolean idsValid;
    private int kind;
    private long start;
    private long end;
    private boolean errorStatus;

    /**
     * Reads from {@code buffer}.
     *
     * @param base where in the buffer the streams given to {@link #read} begin
     * @param attributes has read the resource's already
     */
    SpanReader(byte[] buffer, int base, ProxyNaming naming, SpanAttributes attributes) {
        this.buffer = buffer;
        this.base = base;
        this.naming = naming;
        this.attributes = attributes;
    }

    /** Reads one span, whose length comes next in {@code in}. */
    Outcome read(CodedInputStream in) throws IOException {
        reset();
        int limit = in.pushLimit(in.readRawVarint32());
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == ATTRIBUTES) {
                attributes.read(in);
            } else if (tag == START) {
                start = in.readFixed64();
            } else if (tag == END) {
                end = in.readFixed64();
            } else if (tag == KIND) {
                kind = in.readEnum();
            } else if (tag == TRACE_ID) {
                traceId = id(in, 16);
            } else if (tag == SPAN_ID) {
                spanId = id(in, 8);
            } else if (tag == PARENT_SPAN_ID) {
                parentSpanId = parentId(in);
            } else if (tag == STATUS) {
                status(in);
            } else {
                skip(in, tag);
            }
        }
        in.popLimit(limit);
        return outcome();
    }

    private void reset() {
        attributes.reset();
        traceId = 0;
        spanId = 0;
        parentSpanId = 0;
        idsValid = true;
        kind = 0;
        start = 0;
        end = 0;
        errorStatus = false;
    }

    private Outcome outcome() {
        boolean received = kind == KIND_SERVER;
        Callee callee = attributes.callee();
        if (!received && (kind != KIND_CLIENT || callee == null)) {
            return IGNORED;
        }
        if (!idsValid || spanId == 0 || start <= 0 || end < start) {
            return INVALID;
        }
        Proxy proxy = proxy();
        if (proxy == null) {
            return NO_IDENTITY;
        }
        return new Outcome.Usable(new Hop(
                proxy,
                received ? Side.INBOUND : Side.OUTBOUND,
                proxy.role() == Role.FUSED ? attributes.member() : null,
                received ? null : callee,
                traceId,
                spanId,
                parentSpanId,
                start,
                end,
                attributes.failed(errorStatus),
                attributes.local()));
    }

    /** A message mostly holds one proxy's spans, so the last one found is nearly always the one looked for. */
    private @Nullable Proxy proxy() {
        if (lastOrigin == null || !attributes.isFrom(lastOrigin)) {
            lastOrigin = attributes.origin();
            lastProxy = naming.proxy(lastOrigin);
        }
        return lastProxy;
    }

    private long id(CodedInputStream in, int expectedLength) throws IOException {
        int length = in.readRawVarint32();
        int offset = base + in.getTotalBytesRead();
        in.skipRawBytes(length);
        if (length != expectedLength) {
            idsValid = false;
            return 0;
        }
        return ByteBuffer.wrap(buffer, offset + length - Long.BYTES, Long.BYTES).getLong();
    }

    private long parentId(CodedInputStream in) throws IOException {
        int length = in.readRawVarint32();
        int offset = base + in.getTotalBytesRead();
        in.skipRawBytes(length);
        return length == Long.BYTES ? ByteBuffer.wrap(buffer, offset, length).getLong() : 0;
    }

    private void status(CodedInputStream in) throws IOException {
        int limit = in.pushLimit(in.readRawVarint32());
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == STATUS_CODE) {
                errorStatus = in.readEnum() == STATUS_ERROR;
            } else {
                skip(in, tag);
            }
        }
        in.popLimit(limit);
    }

    static int varintTag(int field) {
        return field << 3 | WireFormat.WIRETYPE_VARINT;
    }

    private static int fixed64Tag(int field) {
        return field << 3 | WireFormat.WIRETYPE_FIXED64;
    }
}
