package dev.sinter.collector.hop;

import org.jspecify.annotations.Nullable;

/**
 * One call as one proxy saw it. Times are nanoseconds since 1970 by the proxy's clock.
 *
 * @param proxy who saw it
 * @param side from which end
 * @param member the function of a fused workload that received or sent it, or null where the proxy can't tell
 * @param callee where it went; null exactly for {@link Side#INBOUND}
 * @param traceId low half of the trace id
 * @param spanId of this hop, not 0
 * @param parentSpanId of the hop's parent, or 0
 * @param startNanos when the request reached the proxy
 * @param endNanos when the response had left it, at least {@code startNanos}
 * @param failed whether no answer, a broken one or a status of 500 and above came back
 * @param local whether the call never left a fused workload
 */
public record Hop(
        Proxy proxy,
        Side side,
        @Nullable String member,
        @Nullable Callee callee,
        long traceId,
        long spanId,
        long parentSpanId,
        long startNanos,
        long endNanos,
        boolean failed,
        boolean local) {

    public long durationNanos() {
        return endNanos - startNanos;
    }

    /** The function that received (inbound) or sent (outbound) it; null for a fused workload that didn't say. */
    public @Nullable String function() {
        return member != null || proxy.role() == Role.FUSED ? member : proxy.workload();
    }

    /** Whether this interval lies within {@code outer}, both ends included. */
    public boolean within(Hop outer) {
        return outer.startNanos <= startNanos && endNanos <= outer.endNanos;
    }
}
