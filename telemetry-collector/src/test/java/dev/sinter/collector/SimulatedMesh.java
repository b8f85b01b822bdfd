package dev.sinter.collector;

import static java.util.Objects.requireNonNull;

import dev.sinter.collector.hop.Callee;
import dev.sinter.collector.hop.Hop;
import dev.sinter.collector.hop.Proxy;
import dev.sinter.collector.hop.Role;
import dev.sinter.collector.hop.Side;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Functions behind proxies, in simulated time: what a function does with a request is given by a {@link Handler},
 * the hops its proxies would report come out. Remembers which request made which call.
 */
final class SimulatedMesh {

    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final long START_NANOS =
            Duration.between(Instant.EPOCH, START).toNanos();

    /** What a function does from {@code start} on; returns when it answers. Milliseconds since the start. */
    @FunctionalInterface
    interface Handler {
        double handle(Request request, double start);
    }

    /** One request being served. */
    final class Request {
        private final String function;
        private final long traceId;
        private final long spanId;

        private Request(String function, long traceId, long spanId) {
            this.function = function;
            this.traceId = traceId;
            this.spanId = spanId;
        }

        double between(double low, double high) {
            return SimulatedMesh.this.between(low, high);
        }

        /** Calls {@code callee} at {@code start}; returns when its answer is there. */
        double call(String callee, double start) {
            return SimulatedMesh.this.call(function, Role.FUNCTION, callee, start, this);
        }
    }

    final Random random;
    private final Map<String, Handler> handlers = new HashMap<>();
    private final List<Hop> hops = new ArrayList<>();
    private final Map<Long, Long> senderOf = new HashMap<>();
    private boolean propagates;

    SimulatedMesh(long seed) {
        random = new Random(seed);
    }

    /** From now on functions pass trace headers on. */
    SimulatedMesh propagating() {
        propagates = true;
        return this;
    }

    SimulatedMesh function(String name, Handler handler) {
        handlers.put(name, handler);
        return this;
    }

    /** A request from outside. */
    double request(String entry, double start) {
        return call("gateway", Role.GATEWAY, entry, start, null);
    }

    /** Requests to {@code entry}, independent of each other. */
    SimulatedMesh poissonLoad(String entry, double perSecond, double seconds) {
        for (double at = 0; at < seconds * 1000; at += -Math.log(1 - random.nextDouble()) * 1000 / perSecond) {
            request(entry, at);
        }
        return this;
    }

    /** Requests to {@code entry} as a metronome sends them. */
    SimulatedMesh steadyLoad(String entry, double perSecond, double seconds) {
        for (double at = 0; at < seconds * 1000; at += 1000 / perSecond) {
            request(entry, at);
        }
        return this;
    }

    /** Between {@code low} and {@code high} milliseconds. */
    double between(double low, double high) {
        return low + random.nextDouble() * (high - low);
    }

    private double call(String caller, Role role, String callee, double start, @Nullable Request sender) {
        long callSpan = span();
        long traceId = propagates && sender != null ? sender.traceId : span();
        senderOf.put(callSpan, sender == null ? 0 : sender.spanId);
        double arrival = start + between(0.2, 0.6);
        long requestSpan = span();
        Request request = new Request(callee, traceId, requestSpan);
        double answer = requireNonNull(handlers.get(callee), callee).handle(request, arrival);
        double end = answer + between(0.2, 0.6);
        hops.add(
                hop(proxy(callee, Role.FUNCTION), Side.INBOUND, null, traceId, requestSpan, callSpan, arrival, answer));
        hops.add(hop(
                proxy(caller, role),
                Side.OUTBOUND,
                new Callee(callee, Callee.ORIGINAL),
                traceId,
                callSpan,
                propagates && sender != null ? sender.spanId : 0,
                start,
                end));
        return end;
    }

    private static Hop hop(
            Proxy proxy,
            Side side,
            @Nullable Callee callee,
            long traceId,
            long spanId,
            long parent,
            double startMs,
            double endMs) {
        return new Hop(proxy, side, null, callee, traceId, spanId, parent, nanos(startMs), nanos(endMs), false, false);
    }

    private static Proxy proxy(String workload, Role role) {
        return new Proxy("tree/" + workload, workload, role);
    }

    private static long nanos(double ms) {
        return START_NANOS + (long) (ms * 1e6);
    }

    private long span() {
        long id = random.nextLong();
        return id == 0 ? 1 : id;
    }

    /** Span id of the request that made the call, by the call's span id; 0 for a gateway's. */
    Map<Long, Long> truth() {
        return senderOf;
    }

    List<Hop> hops() {
        return hops;
    }

    /** Delivers everything to {@code aggregator} as proxies do that flush once a second, and stops the clock {@code until} then. */
    void replay(Aggregator aggregator, TestClock clock, Duration until) {
        Map<Instant, List<Hop>> batches = new TreeMap<>();
        hops.stream().sorted(Comparator.comparingLong(Hop::endNanos)).forEach(hop -> {
            long flush = Math.ceilDiv(
                    hop.endNanos()
                            - START_NANOS
                            + Math.floorMod(hop.proxy().pod().hashCode(), 1000) * 1_000_000L,
                    1_000_000_000L);
            Instant at = START.plusMillis(
                    1000 * flush - Math.floorMod(hop.proxy().pod().hashCode(), 1000) + 5);
            batches.computeIfAbsent(at, key -> new ArrayList<>()).add(hop);
        });
        batches.forEach((at, batch) -> {
            if (!at.isAfter(START.plus(until))) {
                clock.set(at);
                aggregator.accept(batch);
            }
        });
        for (Instant at = clock.instant(); at.isBefore(START.plus(until)); at = at.plusMillis(250)) {
            clock.set(at);
            aggregator.advance();
        }
        clock.set(START.plus(until));
        aggregator.advance();
    }
}
