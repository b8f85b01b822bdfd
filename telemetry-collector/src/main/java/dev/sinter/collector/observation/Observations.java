package dev.sinter.collector.observation;

import dev.sinter.collector.count.Counts;
import dev.sinter.collector.count.DropCause;
import dev.sinter.collector.hop.Callee;
import dev.sinter.collector.hop.Hop;
import dev.sinter.collector.hop.Role;
import dev.sinter.collector.hop.Side;
import dev.sinter.collector.pairing.PairSink;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what hops and pairing say, by time bucket, and answers for windows. Rates, latencies and hop costs take every
 * hop; only call kinds and critical shares depend on pairing. Not thread-safe.
 */
public final class Observations implements PairSink {

    private final Slices slices;
    private final Linker linker;
    private final Counts counts;

    /**
     * Nothing observed yet.
     *
     * @param bucket length of a time bucket
     * @param retention how far back buckets are kept
     * @param linkPatience how long one side of a call waits for the other's span
     * @param maxUnlinked most that wait on either side
     * @param maxCells most statistics kept
     */
    public Observations(
            Duration bucket, Duration retention, Duration linkPatience, int maxUnlinked, int maxCells, Counts counts) {
        this.slices = new Slices(bucket.toNanos(), retention.toNanos(), maxCells, counts);
        this.linker = new Linker(maxUnlinked, linkPatience.toNanos());
        this.counts = counts;
    }

    /** Takes a hop that arrived at {@code nowNanos}; false if it ended before anything that is kept. */
    public boolean accept(Hop hop, long nowNanos) {
        if (slices.at(hop.endNanos()) == null) {
            return false;
        }
        if (hop.side() == Side.INBOUND) {
            received(hop);
            linked(linker.request(hop, nowNanos));
        } else {
            called(hop);
            linked(linker.call(hop, nowNanos));
        }
        int evicted = linker.expire(nowNanos);
        if (evicted > 0) {
            counts.dropped(DropCause.LINK_LIMIT, evicted);
        }
        return true;
    }

    /** Marks buckets that overlap the interval as missing spans. */
    public void markLossy(long fromNanos, long toNanos) {
        slices.markLossy(fromNanos, toNanos);
    }

    private void received(Hop request) {
        String function = request.function();
        if (function != null && request.proxy().role() != Role.GATEWAY) {
            function(function, request.endNanos(), stats -> stats.received(request));
        }
    }

    private void called(Hop call) {
        Callee callee = callee(call);
        String caller = call.function();
        ArmKey arm = new ArmKey(caller == null ? call.proxy().workload() : caller, callee.function(), callee.arm());
        cell(call.endNanos(), slice -> slices.cell(slice, slice.arms, arm, ArmStats::new), stats -> stats.called(call));
        if (call.proxy().role() == Role.GATEWAY) {
            function(callee.function(), call.endNanos(), stats -> stats.entry = true);
        } else if (caller != null) {
            edge(caller, call, stats -> stats.called(call));
        }
    }

    private void linked(Linker.@Nullable Linked linked) {
        if (linked == null) {
            return;
        }
        String caller = linked.call().function();
        if (caller != null && linked.call().proxy().role() != Role.GATEWAY) {
            edge(caller, linked.call(), stats -> stats.linked(linked.call(), linked.request()));
        }
    }

    @Override
    public void tried(String caller, @Nullable Hop request, Hop call, boolean outlived) {
        edge(caller, call, stats -> stats.evidence.tried(outlived, call.endNanos()));
    }

    @Override
    public void placed(String caller, Hop call, boolean waitedFor, long continuedAfterNanos) {
        edge(
                caller,
                call,
                stats -> stats.evidence.placed(waitedFor, call.durationNanos() / 1e6, continuedAfterNanos / 1e6));
    }

    @Override
    public void counted(String caller, Hop call, boolean covered, double expected) {
        edge(caller, call, stats -> stats.evidence.counted(covered, expected));
    }

    @Override
    public void attributed(String caller, Hop call) {
        edge(caller, call, stats -> stats.called(call));
    }

    @Override
    public void unattributed(Hop call) {
        counts.dropped(DropCause.UNKNOWN_MEMBER, 1);
    }

    private void function(String name, long nanos, Consumer<FunctionStats> change) {
        cell(nanos, slice -> slices.cell(slice, slice.functions, name, FunctionStats::new), change);
    }

    private void edge(String caller, Hop call, Consumer<EdgeStats> change) {
        EdgeKey key = new EdgeKey(caller, callee(call).function());
        cell(call.endNanos(), slice -> slices.cell(slice, slice.edges, key, EdgeStats::new), change);
    }

    private <V> void cell(long nanos, Finder<V> finder, Consumer<V> change) {
        Slice slice = slices.at(nanos);
        V cell = slice == null ? null : finder.in(slice);
        if (cell != null) {
            change.accept(cell);
        }
    }

    @FunctionalInterface
    private interface Finder<V> {
        @Nullable
        V in(Slice slice);
    }

    private static Callee callee(Hop call) {
        return Objects.requireNonNull(call.callee());
    }

    /** The last {@code window} before {@code completeNanos}, in whole buckets. */
    public CallObservations observe(Duration window, long completeNanos) {
        long to = slices.index(completeNanos);
        Long oldest = slices.oldest();
        long wanted = to - Math.ceilDiv(window.toNanos(), slices.bucketNanos());
        long from = oldest == null ? to : Math.clamp(wanted, Math.min(oldest, to), to);
        Instant start = instant(slices.startNanos(from));
        Instant end = instant(slices.startNanos(to));
        return WindowSummary.of(slices.sum(from, to), start, end);
    }

    /** Buckets that overlap {@code [from, to)}, of one caller or (null) of all together. */
    public List<ArmBucket> arms(@Nullable String caller, String callee, Instant from, Instant to) {
        List<ArmBucket> buckets = new ArrayList<>();
        for (Map.Entry<Long, Slice> slice : slices.between(slices.index(nanos(from)), slices.index(nanos(to) - 1))) {
            Map<String, ArmStats> byArm = new TreeMap<>();
            slice.getValue().arms.forEach((key, stats) -> {
                if (key.callee().equals(callee)
                        && (caller == null || key.caller().equals(caller))) {
                    byArm.computeIfAbsent(key.arm(), arm -> new ArmStats()).add(stats);
                }
            });
            byArm.forEach((arm, stats) -> buckets.add(bucket(caller, callee, arm, stats, slice)));
        }
        return buckets;
    }

    private ArmBucket bucket(
            @Nullable String caller, String callee, String arm, ArmStats stats, Map.Entry<Long, Slice> slice) {
        return new ArmBucket(
                caller == null ? ArmBucket.ANY_CALLER : caller,
                callee,
                arm,
                instant(slices.startNanos(slice.getKey())),
                Duration.ofNanos(slices.bucketNanos()),
                stats.count,
                stats.count - stats.succeeded.count(),
                stats.succeeded.sumMs(),
                stats.sumLogMs,
                stats.sumSquaredLogMs,
                stats.succeeded.quantileMs(0.5),
                stats.succeeded.quantileMs(0.95),
                stats.succeeded.quantileMs(0.99),
                instant(stats.firstEndNanos),
                instant(stats.lastEndNanos),
                !slice.getValue().lossy);
    }

    private static Instant instant(long nanos) {
        return Instant.EPOCH.plusNanos(nanos);
    }

    private static long nanos(Instant instant) {
        return Duration.between(Instant.EPOCH, instant).toNanos();
    }
}
