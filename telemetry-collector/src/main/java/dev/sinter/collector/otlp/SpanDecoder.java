package dev.sinter.collector.otlp;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.sinter.collector.count.Counts;
import dev.sinter.collector.count.DropCause;
import dev.sinter.collector.hop.Callee;
import dev.sinter.collector.hop.Hop;
import dev.sinter.collector.hop.ProxyNaming;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the few fields of an OTLP trace export that make a hop and skips the rest: three to four times faster than
 * parsing all of it, without the garbage (RATIONALE). Thread-safe.
 *
 * <p>Field numbers are those of {@code opentelemetry/proto/{collector,}/trace/v1}; a known field of an unexpected wire
 * type is skipped like an unknown one, as protobuf demands.
 */
final class SpanDecoder {

    private static final int REQUEST_RESOURCE_SPANS = bytesTag(1);
    private static final int RESOURCE_SPANS_RESOURCE = bytesTag(1);
    private static final int RESOURCE_SPANS_SCOPE_SPANS = bytesTag(2);
    private static final int RESOURCE_ATTRIBUTES = bytesTag(1);
    private static final int SCOPE_SPANS_SPANS = bytesTag(2);

    private final Counts counts;
    private final ProxyNaming naming;
    private final SpanInterners interners =
            new SpanInterners(new Interner<>(text -> text), new Interner<>(Callee::parse));

    SpanDecoder(ProxyNaming naming, Counts counts) {
        this.counts = counts;
        this.naming = naming;
    }

    /** Decodes one export request; counts the spans it leaves out. */
    Decoded decode(byte[] message) throws MalformedOtlpException {
        List<Hop> hops = new ArrayList<>();
        try {
            int rejected = request(message, hops);
            return new Decoded(hops, rejected);
        } catch (InvalidProtocolBufferException e) {
            throw new MalformedOtlpException(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new AssertionError("reading an array does no I/O", e);
        }
    }

    private int request(byte[] message, List<Hop> hops) throws IOException {
        int rejected = 0;
        CodedInputStream in = CodedInputStream.newInstance(message);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == REQUEST_RESOURCE_SPANS) {
                int length = in.readRawVarint32();
                int offset = in.getTotalBytesRead();
                in.skipRawBytes(length);
                rejected += resourceSpans(message, offset, length, hops);
            } else {
                skip(in, tag);
            }
        }
        return rejected;
    }

    /** Two walks, since nothing says that the resource comes before its spans. */
    private int resourceSpans(byte[] message, int offset, int length, List<Hop> hops) throws IOException {
        SpanAttributes attributes = new SpanAttributes(message, offset, interners);
        CodedInputStream first = CodedInputStream.newInstance(message, offset, length);
        for (int tag = first.readTag(); tag != 0; tag = first.readTag()) {
            if (tag == RESOURCE_SPANS_RESOURCE) {
                resource(first, attributes);
            } else {
                skip(first, tag);
            }
        }
        attributes.resourceIsComplete();
        SpanReader span = new SpanReader(message, offset, naming, attributes);
        int rejected = 0;
        CodedInputStream second = CodedInputStream.newInstance(message, offset, length);
        for (int tag = second.readTag(); tag != 0; tag = second.readTag()) {
            if (tag == RESOURCE_SPANS_SCOPE_SPANS) {
                rejected += scopeSpans(second, span, hops);
            } else {
                skip(second, tag);
            }
        }
        return rejected;
    }

    private static void resource(CodedInputStream in, SpanAttributes attributes) throws IOException {
        int limit = in.pushLimit(in.readRawVarint32());
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == RESOURCE_ATTRIBUTES) {
                attributes.read(in);
            } else {
                skip(in, tag);
            }
        }
        in.popLimit(limit);
    }

    private int scopeSpans(CodedInputStream in, SpanReader span, List<Hop> hops) throws IOException {
        int rejected = 0;
        int limit = in.pushLimit(in.readRawVarint32());
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == SCOPE_SPANS_SPANS) {
                rejected += keep(span.read(in), hops);
            } else {
                skip(in, tag);
            }
        }
        in.popLimit(limit);
        return rejected;
    }

    private int keep(SpanReader.Outcome outcome, List<Hop> hops) {
        return switch (outcome) {
            case SpanReader.Outcome.Usable usable -> {
                hops.add(usable.hop());
                yield 0;
            }
            case SpanReader.Outcome.Ignored ignored -> {
                counts.dropped(DropCause.NO_CALL, 1);
                yield 0;
            }
            case SpanReader.Outcome.Rejected rejected -> {
                counts.dropped(rejected.cause(), 1);
                yield 1;
            }
        };
    }

    static int bytesTag(int field) {
        return field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    }

    static void skip(CodedInputStream in, int tag) throws IOException {
        if (!in.skipField(tag)) {
            throw new InvalidProtocolBufferException("a group ends that never began");
        }
    }
}
