package dev.sinter.collector.pairing;

import dev.sinter.collector.hop.Hop;
import dev.sinter.collector.hop.Role;
import dev.sinter.collector.hop.Side;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the request behind each call of one pod, from times of one clock. Not thread-safe.
 *
 * <p>A call is resolved once no request that could contain it can still arrive: when the watermark has passed its end
 * by the longest request seen lately. Then, in this order: the trace context says; or the pod serves one request at a
 * time, and it is the next to complete; or exactly one request contains it. A call that none contains outlived its
 * request. One that several contain stays ambiguous and only counts where all of them agree (see {@link Cover}).
 *
 * <p>Outliving is tried on calls that at most one request contains. That is not biased towards containment: a call
 * that outlived its own request is missed only if a stranger happens to contain it, and a call within its own is left
 * out exactly when a stranger does too.
 */
final class PodPairing {

    /** Local calls are stamped by the function's process, their requests by the proxy. */
    private static final long OTHER_CLOCK_NANOS = 1_000_000;

    private static final int MOST_CALL_TYPES = 256;

    /** With more under way than this no rule finds anything, and looking gets expensive. */
    static final int MOST_UNDER_WAY = 128;

    private final int maxSpans;
    private final long longestWaitNanos;
    private final PairSink sink;
    private final Timeline<Request> requests = new Timeline<>(request -> request.hop);
    private final Timeline<Call> calls = new Timeline<>(call -> call.hop);
    private final Map<Long, Request> requestBySpan = new HashMap<>();
    private final Map<TypeKey, CallType> types = new HashMap<>();
    private final Set<String> members = new HashSet<>();
    private final KnownCallers knownCallers;
    private final Cover cover = new Cover(requests, calls);

    private long latestEndNanos = Long.MIN_VALUE;

    /** Requests that ended up to then may be unknown, so calls that began until then prove nothing. */
    private long blindUntilNanos = Long.MAX_VALUE;

    private long resolvedNanos = Long.MIN_VALUE;

    private record TypeKey(@Nullable String caller, String callee) {}

    /**
     * An empty pod.
     *
     * @param maxSpans most spans kept
     * @param longestWaitNanos longest time for which a request is waited for
     */
    PodPairing(int maxSpans, long longestWaitNanos, KnownCallers knownCallers, PairSink sink) {
        this.maxSpans = maxSpans;
        this.longestWaitNanos = longestWaitNanos;
        this.knownCallers = knownCallers;
        this.sink = sink;
    }

    /** What became of a hop. */
    enum Acceptance {
        ACCEPTED,
        LATE,
        FULL
    }

    Acceptance accept(Hop hop) {
        Acceptance acceptance = acceptance(hop);
        if (acceptance == Acceptance.ACCEPTED) {
            latestEndNanos = Math.max(latestEndNanos, hop.endNanos());
        } else if (hop.side() == Side.INBOUND) {
            blindUntil(hop.endNanos());
        }
        return acceptance;
    }

    private Acceptance acceptance(Hop hop) {
        if (hop.endNanos() <= resolvedNanos) {
            return Acceptance.LATE;
        }
        if (requests.size() + calls.size() >= maxSpans) {
            return Acceptance.FULL;
        }
        if (hop.side() == Side.INBOUND) {
            if (blindUntilNanos == Long.MAX_VALUE) {
                blindUntilNanos = hop.endNanos();
            }
            Request request = new Request(hop);
            requests.add(request);
            requestBySpan.put(hop.spanId(), request);
            if (hop.member() != null && members.size() < MOST_CALL_TYPES) {
                members.add(hop.member());
            }
            return Acceptance.ACCEPTED;
        }
        CallType type = type(hop);
        if (type == null) {
            return Acceptance.FULL;
        }
        calls.add(new Call(hop, type));
        if (hop.function() != null) {
            knownCallers.add(Objects.requireNonNull(hop.callee()).function(), hop.function());
        }
        return Acceptance.ACCEPTED;
    }

    /** Requests that ended up to then may have been lost. */
    void blindUntil(long nanos) {
        blindUntilNanos = blindUntilNanos == Long.MAX_VALUE ? nanos : Math.max(blindUntilNanos, nanos);
    }

    long latestEndNanos() {
        return latestEndNanos;
    }

    /** Resolves what no span ending after {@code watermarkNanos} can change. */
    void resolve(long watermarkNanos) {
        requests.fade();
        calls.fade();
        resolveUpTo(watermarkNanos - patienceNanos());
    }

    /** Resolves everything: the pod has been silent for so long that nothing of it is under way. */
    void resolveAll() {
        resolveUpTo(latestEndNanos);
    }

    private long patienceNanos() {
        return Math.min(requests.longestNanos(), longestWaitNanos);
    }

    private void resolveUpTo(long line) {
        if (line <= resolvedNanos) {
            return;
        }
        resolvedNanos = line;
        calls.forEach(call -> {
            if (call.state == Call.State.OPEN && call.hop.endNanos() <= line) {
                resolve(call);
            }
        });
        requests.forEach(request -> {
            if (!request.done && request.hop.endNanos() <= line) {
                place(request);
            }
        });
        forget(line - patienceNanos(), line - Math.min(calls.longestNanos(), longestWaitNanos));
    }

    private void resolve(Call call) {
        call.type.seen(call.hop);
        Candidates candidates = candidates(call.hop);
        if (call.hop.proxy().role() == Role.FUSED && call.hop.member() == null) {
            attribute(call.hop, candidates);
        }
        Request parent = requestBySpan.get(call.hop.parentSpanId());
        if (parent != null && parent.hop.traceId() == call.hop.traceId()) {
            pair(call, parent);
        } else if (candidates.tooMany || call.hop.startNanos() <= blindUntilNanos) {
            call.state = Call.State.AMBIGUOUS;
        } else {
            resolve(call, candidates);
        }
        if (!call.type.outlives.rejected()) {
            cover.control(call);
        }
    }

    private void resolve(Call call, Candidates candidates) {
        Request sender = sender(call, candidates);
        if (sender != null) {
            pair(call, sender);
        } else if (candidates.containing.isEmpty()) {
            call.state = Call.State.OUTLIVED;
            tried(call, null, true);
        } else {
            call.state = Call.State.AMBIGUOUS;
            String caller = call.hop.function();
            if (caller != null && !call.hop.failed()) {
                cover.count(call, count -> sink.counted(caller, call.hop, count.covered(), count.expected()));
            }
        }
    }

    private @Nullable Request sender(Call call, Candidates candidates) {
        Request next = candidates.nextToComplete;
        if (next != null && candidates.started > 1) {
            call.type.notSerial.add(!within(call.hop, next.hop));
        }
        if (next != null && servesOneAtATime()) {
            return next;
        }
        return candidates.containing.size() == 1 ? candidates.containing.getFirst() : null;
    }

    /** Taken from what was seen, never from configuration: some call type proves it, none speaks against it. */
    private boolean servesOneAtATime() {
        boolean proven = false;
        for (CallType type : types.values()) {
            if (type.notSerial.rejected() && !type.outlives.rejected()) {
                return false;
            }
            proven |= type.notSerial.accepted();
        }
        return proven;
    }

    private void pair(Call call, Request sender) {
        boolean outlived = !within(call.hop, sender.hop);
        call.state = outlived ? Call.State.OUTLIVED : Call.State.PAIRED;
        if (!outlived) {
            sender.calls.add(call);
        }
        tried(call, sender, outlived);
    }

    /** Calls and requests that broke say nothing of how the caller treats an answer. */
    private void tried(Call call, @Nullable Request sender, boolean outlived) {
        String caller = sender == null ? call.hop.function() : sender.hop.function();
        if (caller == null || call.hop.failed() || (sender != null && sender.hop.failed())) {
            return;
        }
        call.type.outlives.add(outlived);
        sink.tried(caller, sender == null ? null : sender.hop, call.hop, outlived);
    }

    private void place(Request request) {
        request.done = true;
        String caller = request.hop.function();
        if (request.hop.failed() || caller == null) {
            return;
        }
        List<Call> awaited = request.calls.stream()
                .filter(call -> !call.type.outlives.rejected())
                .toList();
        Set<Call> onPath = new HashSet<>();
        for (CriticalPath.Step step : CriticalPath.of(request.hop, awaited)) {
            onPath.add(step.call());
            Hop call = step.call().hop;
            if (!call.failed() && isLastFor(request, call)) {
                sink.placed(caller, call, true, step.nextNanos() - call.startNanos());
            }
        }
        for (Call call : awaited) {
            if (!call.hop.failed() && !onPath.contains(call)) {
                sink.placed(caller, call.hop, false, 0);
            }
            call.type.placedInRequest(awaited.stream()
                    .anyMatch(other -> other != call && other.type == call.type && overlap(other.hop, call.hop)));
        }
    }

    /** Whether no ambiguous call of the pod could be this request's and still be under way when {@code call} ends. */
    private boolean isLastFor(Request request, Hop call) {
        boolean[] last = {true};
        calls.forEachTouching(call.endNanos(), call.endNanos(), other -> {
            last[0] = other.state != Call.State.AMBIGUOUS
                    || other.type.outlives.rejected()
                    || !other.underWayAt(call.endNanos())
                    || !mayHaveSent(request.hop, other.hop)
                    || !within(other.hop, request.hop);
            return last[0];
        });
        return last[0];
    }

    /** The one member under way that is known to call this callee: from here, or from before it was fused. */
    private void attribute(Hop call, Candidates candidates) {
        String callee = Objects.requireNonNull(call.callee()).function();
        Set<String> underWay = candidates.functions.isEmpty() ? members : candidates.functions;
        if (underWay.size() == 1) {
            String caller = underWay.iterator().next();
            knownCallers.add(callee, caller);
            sink.attributed(caller, call);
            return;
        }
        List<String> known = underWay.stream()
                .filter(member -> knownCallers.contains(callee, member))
                .toList();
        if (known.size() == 1) {
            sink.attributed(known.getFirst(), call);
        } else {
            sink.unattributed(call);
        }
    }

    /** Requests that were under way when a call began. */
    private static final class Candidates {
        final List<Request> containing = new ArrayList<>(4);
        final Set<String> functions = new HashSet<>(4);

        @Nullable
        Request nextToComplete;

        int started;
        boolean tooMany;
    }

    private Candidates candidates(Hop call) {
        Candidates candidates = new Candidates();
        long start = call.startNanos();
        long slack = call.local() ? OTHER_CLOCK_NANOS : 0;
        requests.forEachTouching(start - slack, start + slack, request -> {
            if (mayHaveSent(request.hop, call)) {
                candidates.started++;
                if (candidates.nextToComplete == null
                        || request.hop.endNanos() < candidates.nextToComplete.hop.endNanos()) {
                    candidates.nextToComplete = request;
                }
                if (within(call, request.hop)) {
                    candidates.containing.add(request);
                    String function = request.hop.function();
                    if (function != null) {
                        candidates.functions.add(function);
                    }
                }
            }
            candidates.tooMany = candidates.started > MOST_UNDER_WAY;
            return !candidates.tooMany;
        });
        return candidates;
    }

    private static boolean mayHaveSent(Hop request, Hop call) {
        String caller = call.function();
        String receiver = request.function();
        return caller == null || receiver == null || caller.equals(receiver);
    }

    private static boolean within(Hop call, Hop request) {
        long slack = call.local() ? OTHER_CLOCK_NANOS : 0;
        return request.startNanos() - slack <= call.startNanos() && call.endNanos() <= request.endNanos() + slack;
    }

    private static boolean overlap(Hop a, Hop b) {
        return a.startNanos() < b.endNanos() && b.startNanos() < a.endNanos();
    }

    private @Nullable CallType type(Hop hop) {
        TypeKey key =
                new TypeKey(hop.function(), Objects.requireNonNull(hop.callee()).function());
        CallType type = types.get(key);
        if (type == null && types.size() < MOST_CALL_TYPES) {
            type = new CallType();
            types.put(key, type);
        }
        return type;
    }

    private void forget(long callLine, long requestLine) {
        calls.removeIf(call -> call.state != Call.State.OPEN && call.hop.endNanos() < callLine);
        requests.removeIf(request -> {
            boolean old = request.done && request.hop.endNanos() < Math.min(callLine, requestLine);
            if (old) {
                requestBySpan.remove(request.hop.spanId(), request);
            }
            return old;
        });
    }
}
