package dev.sinter.collector.otlp;

import dev.sinter.collector.count.Counts;
import dev.sinter.collector.count.DropCause;
import org.jspecify.annotations.Nullable;

/**
 * What both transports do with a message: check the token, decode, hand on, count. Thread-safe.
 *
 * <p>Answers tell the sender the truth but never more than it needs: what is wrong with its message, or to slow down.
 */
final class ExportService {

    /** The largest message, before and after decompression; Envoy's batches are far below. */
    static final int MAX_MESSAGE_BYTES = 4 << 20;

    static final String TOKEN_HEADER = "x-sinter-token";

    /** What came of one message. */
    sealed interface Answer {

        /** Accepted but for {@code rejectedSpans} of its spans. */
        record Accepted(int rejectedSpans) implements Answer {}

        record Malformed(String message) implements Answer {}

        record Overloaded(String message) implements Answer {}
    }

    private final @Nullable IngestToken token;
    private final SpanDecoder decoder;
    private final HopSink sink;
    private final Counts counts;

    ExportService(@Nullable IngestToken token, SpanDecoder decoder, HopSink sink, Counts counts) {
        this.token = token;
        this.decoder = decoder;
        this.sink = sink;
        this.counts = counts;
    }

    boolean admits(@Nullable String presentedToken) {
        boolean admitted = token == null || token.matches(presentedToken);
        if (!admitted) {
            refused(DropCause.UNAUTHENTICATED);
        }
        return admitted;
    }

    void refused(DropCause cause) {
        counts.dropped(cause, 1);
    }

    Answer export(byte[] message) {
        Decoded decoded;
        try {
            decoded = decoder.decode(message);
        } catch (MalformedOtlpException e) {
            refused(DropCause.MALFORMED);
            return new Answer.Malformed(String.valueOf(e.getMessage()));
        }
        if (!decoded.hops().isEmpty() && !sink.offer(decoded.hops())) {
            refused(DropCause.OVERLOAD);
            return new Answer.Overloaded("SNT0404 queue: full (expected: room for "
                    + decoded.hops().size() + " spans). Maybe fewer proxies should send here.");
        }
        counts.accepted(decoded.hops().size());
        return new Answer.Accepted(decoded.rejected());
    }
}
