package dev.sinter.collector.observation;

import dev.sinter.collector.hop.Hop;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Brings the two hops of one call together: the callee's proxy names the caller's span as parent. Either may come
 * first. Not thread-safe.
 */
final class Linker {

    private final int maxWaiting;
    private final long patienceNanos;
    private final Map<SpanRef, Waiting> calls = new LinkedHashMap<>();
    private final Map<SpanRef, Waiting> requests = new LinkedHashMap<>();

    private record SpanRef(long traceId, long spanId) {}

    private record Waiting(Hop hop, long sinceNanos) {}

    /** A call seen from both ends. */
    record Linked(Hop call, Hop request) {}

    Linker(int maxWaiting, long patienceNanos) {
        this.maxWaiting = maxWaiting;
        this.patienceNanos = patienceNanos;
    }

    /** The request that answers {@code call}, if it came already; otherwise the call waits. */
    @Nullable
    Linked call(Hop call, long nowNanos) {
        SpanRef self = new SpanRef(call.traceId(), call.spanId());
        Waiting request = requests.remove(self);
        if (request == null) {
            calls.put(self, new Waiting(call, nowNanos));
            return null;
        }
        return new Linked(call, request.hop);
    }

    /** The call behind {@code request}, if it came already; otherwise the request waits. */
    @Nullable
    Linked request(Hop request, long nowNanos) {
        if (request.parentSpanId() == 0) {
            return null;
        }
        SpanRef parent = new SpanRef(request.traceId(), request.parentSpanId());
        Waiting call = calls.remove(parent);
        if (call == null) {
            requests.put(parent, new Waiting(request, nowNanos));
            return null;
        }
        return new Linked(call.hop, request);
    }

    /** Gives up on what has waited long, and on the oldest beyond the limit; returns how many of the latter. */
    int expire(long nowNanos) {
        return expire(calls, nowNanos) + expire(requests, nowNanos);
    }

    private int expire(Map<SpanRef, Waiting> waiting, long nowNanos) {
        int evicted = 0;
        Iterator<Waiting> oldestFirst = waiting.values().iterator();
        while (oldestFirst.hasNext()) {
            boolean expired = oldestFirst.next().sinceNanos() < nowNanos - patienceNanos;
            if (!expired && waiting.size() <= maxWaiting) {
                return evicted;
            }
            oldestFirst.remove();
            evicted += expired ? 0 : 1;
        }
        return evicted;
    }
}
