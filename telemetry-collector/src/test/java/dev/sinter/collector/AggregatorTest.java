package dev.sinter.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sinter.collector.count.Counts;
import dev.sinter.collector.count.DropCause;
import dev.sinter.collector.hop.Callee;
import dev.sinter.collector.hop.Hop;
import dev.sinter.collector.hop.Proxy;
import dev.sinter.collector.hop.Role;
import dev.sinter.collector.hop.Side;
import dev.sinter.collector.observation.ArmBucket;
import dev.sinter.collector.observation.CallObservations;
import dev.sinter.collector.observation.ObservedEdge;
import dev.sinter.collector.observation.ObservedFunction;
import dev.sinter.collector.observation.Quantiles;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What windows and arms say of known traffic. */
class AggregatorTest {

    private static final Instant START = SimulatedMesh.START;
    private static final Duration LATENESS = Duration.ofSeconds(2);
    private static final Duration BUCKET = Duration.ofSeconds(1);
    private static final Proxy GATEWAY = new Proxy("tree/gateway", "gateway", Role.GATEWAY);
    private static final Proxy A = new Proxy("tree/a", "a", Role.FUNCTION);
    private static final Proxy B = new Proxy("tree/b", "b", Role.FUNCTION);
    private static final Proxy FUSED = new Proxy("tree/fused-g1", "fused-g1", Role.FUSED);

    private final TestClock clock = new TestClock(START);
    private final Counts counts = new Counts();
    private Aggregator aggregator = aggregator(CollectorLimits.DEFAULT);
    private long lastSpan;

    @Test
    void nothingSeen_isAnEmptyWindow() {
        CallObservations observations = aggregator.observe(Duration.ofMinutes(1));
        assertThat(observations.functions()).isEmpty();
        assertThat(observations.edges()).isEmpty();
        assertThat(observations.window()).isZero();
    }

    @Test
    void functions_ratesErrorsLatencyEntryAndOwnTime() {
        SimulatedMesh mesh = new SimulatedMesh(1)
                .function("a", (request, start) -> request.call("b", start + 2) + 3)
                .function("b", (request, start) -> start + 20);
        mesh.steadyLoad("a", 10, 30).replay(aggregator, clock, Duration.ofSeconds(32));
        CallObservations observations = aggregator.observe(Duration.ofSeconds(20));
        assertThat(observations.window()).isEqualTo(Duration.ofSeconds(20));
        assertThat(observations.to()).isEqualTo(START.plusSeconds(30));
        assertThat(observations.complete()).isTrue();
        ObservedFunction a = observations.functions().getFirst();
        ObservedFunction b = observations.functions().getLast();
        assertThat(a.entry()).isTrue();
        assertThat(b.entry()).isFalse();
        assertThat(a.ratePerSecond()).isCloseTo(10, within(0.1));
        assertThat(a.latency().p50Ms()).isCloseTo(25.8, within(0.6));
        assertThat(a.busyMs()).isCloseTo(5, within(0.1));
        assertThat(b.busyMs()).isCloseTo(20, within(0.1));
    }

    @Test
    void edge_hopCostIsClientMinusServer() {
        SimulatedMesh mesh = new SimulatedMesh(1)
                .function("a", (request, start) -> request.call("b", start + 2) + 3)
                .function("b", (request, start) -> start + 20);
        mesh.steadyLoad("a", 10, 30).replay(aggregator, clock, Duration.ofSeconds(32));
        List<ObservedEdge> edges = aggregator.observe(Duration.ofSeconds(20)).edges();
        assertThat(edges).hasSize(1);
        ObservedEdge edge = edges.getFirst();
        Quantiles hop = Objects.requireNonNull(edge.remoteHop());
        assertThat(hop.p50Ms()).isCloseTo(0.8, within(0.1));
        assertThat(hop.p99Ms()).isBetween(hop.p50Ms(), 1.25);
        assertThat(edge.localHop()).isNull();
        assertThat(edge.calleeMs()).isCloseTo(20, within(0.01));
        assertThat(edge.callMs()).isCloseTo(20.8, within(0.1));
    }

    @Test
    void localCalls_haveTheirOwnHopCost() {
        for (int i = 0; i < 50; i++) {
            double at = 100.0 * i;
            long call = span();
            at(call(FUSED, "a", "b", "fused-g1", call, at, at + 10.2, true));
            at(request(FUSED, "b", call, at + 0.1, at + 10.1, true));
            at(request(FUSED, "a", 0, at - 1, at + 12, false));
        }
        ObservedEdge edge = observedAfter(8).edges().getFirst();
        assertThat(edge.from() + edge.to()).isEqualTo("ab");
        assertThat(edge.remoteHop()).isNull();
        assertThat(Objects.requireNonNull(edge.localHop()).p50Ms()).isCloseTo(0.2, within(0.01));
    }

    @Test
    void remoteCallOfFusedWorkload_isTheMembersThatMadeItBefore() {
        at(request(A, null, 0, 0, 20, false));
        at(call(A, null, "c", Callee.ORIGINAL, span(), 5, 9, false));
        at(request(FUSED, "a", 0, 1000, 1100, false));
        at(request(FUSED, "b", 0, 1010, 1090, false));
        at(call(FUSED, null, "c", Callee.ORIGINAL, span(), 1020, 1030, false));
        at(call(FUSED, null, "z", Callee.ORIGINAL, span(), 1040, 1050, false));
        at(request(new Proxy("tree/c", "c", Role.FUNCTION), null, 0, 6, 8, false));
        ObservedEdge edge = observedAfter(8).edges().getFirst();
        assertThat(edge.from() + edge.to()).isEqualTo("ac");
        assertThat(edge.ratePerSecond() * observedAfter(8).window().toSeconds()).isEqualTo(2);
        assertThat(counts.snapshot().dropped(DropCause.UNKNOWN_MEMBER)).isEqualTo(1);
    }

    @Test
    void arms_countFailuresApart_andKeepLogSums() {
        at(call(GATEWAY, null, "a", Callee.ORIGINAL, span(), 100, 110, false));
        at(failed(call(GATEWAY, null, "a", Callee.ORIGINAL, span(), 200, 201, false)));
        at(call(GATEWAY, null, "a", "fused-g1", span(), 300, 305, false));
        at(call(B, null, "a", "fused-g1", span(), 1300, 1320, false));
        List<ArmBucket> arms = aggregator.arms(null, "a", START, START.plusSeconds(60));
        assertThat(arms).extracting(ArmBucket::arm).containsExactly("fused-g1", ArmBucket.ORIGINAL, "fused-g1");
        ArmBucket original = arms.get(1);
        assertThat(original.caller()).isEqualTo(ArmBucket.ANY_CALLER);
        assertThat(original.count()).isEqualTo(2);
        assertThat(original.errors()).isEqualTo(1);
        assertThat(original.sumMs()).isCloseTo(10, within(1e-9));
        assertThat(original.sumLogMs()).isCloseTo(Math.log(10), within(1e-9));
        assertThat(original.sumSquaredLogMs()).isCloseTo(Math.log(10) * Math.log(10), within(1e-9));
        assertThat(original.p50Ms()).isCloseTo(10, within(0.1));
        assertThat(original.firstSeen()).isEqualTo(START.plusMillis(110));
        assertThat(original.lastSeen()).isEqualTo(START.plusMillis(201));
        assertThat(aggregator.arms("gateway", "a", START, START.plusSeconds(60)))
                .hasSize(2)
                .allSatisfy(bucket -> assertThat(bucket.start()).isEqualTo(START));
        assertThat(aggregator.arms(null, "a", START.plusSeconds(1), START.plusSeconds(2)))
                .extracting(ArmBucket::start)
                .containsExactly(START.plusSeconds(1));
    }

    @Test
    void refusedSpans_markTheirTime() {
        at(call(GATEWAY, null, "a", Callee.ORIGINAL, span(), 9500, 9800, false));
        clock.set(START.plusSeconds(10));
        aggregator.lost();
        assertThat(aggregator
                        .arms(null, "a", START, START.plusSeconds(60))
                        .getFirst()
                        .complete())
                .isFalse();
        clock.set(START.plusSeconds(20));
        assertThat(aggregator.observe(Duration.ofSeconds(15)).complete()).isFalse();
        assertThat(aggregator.observe(Duration.ofSeconds(5)).complete()).isTrue();
    }

    @Test
    void spansFromAnotherTime_areDropped() {
        at(call(GATEWAY, null, "a", Callee.ORIGINAL, span(), 0, 1e7, false));
        clock.set(START.plus(Duration.ofHours(1)));
        aggregator.accept(List.of(call(GATEWAY, null, "a", Callee.ORIGINAL, span(), 0, 10, false)));
        assertThat(counts.snapshot().dropped(DropCause.FUTURE)).isEqualTo(1);
        assertThat(counts.snapshot().dropped(DropCause.TOO_OLD)).isEqualTo(1);
    }

    @Test
    void manyNames_pushOutTheOldest_neverMemory() {
        aggregator = aggregator(new CollectorLimits(1000, 10, 100, 100, 500));
        for (int i = 0; i < 20_000; i++) {
            double at = i;
            Proxy proxy = new Proxy("tree/x" + i, "x" + i, Role.FUNCTION);
            clock.set(START.plusMillis(i));
            aggregator.accept(List.of(
                    request(proxy, null, span(), at - 5, at, false),
                    call(proxy, null, "y" + i, Callee.ORIGINAL, span(), at - 4, at - 1, false)));
        }
        assertThat(counts.snapshot().dropped(DropCause.CELL_LIMIT)).isPositive();
        assertThat(counts.snapshot().dropped(DropCause.POD_LIMIT)).isPositive();
        assertThat(counts.snapshot().dropped(DropCause.LINK_LIMIT)).isPositive();
        assertThat(aggregator.observe(Duration.ofMinutes(1)).functions().size()).isLessThanOrEqualTo(500);
        assertThat(aggregator.observe(Duration.ofMinutes(1)).window()).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void onePodsFlood_isBounded() {
        aggregator = aggregator(new CollectorLimits(1000, 10, 100, 100, 500));
        for (int i = 0; i < 1000; i++) {
            at(request(A, null, 0, 0, 1 + i / 100.0, false));
        }
        assertThat(counts.snapshot().dropped(DropCause.POD_SPAN_LIMIT)).isEqualTo(900);
    }

    private Aggregator aggregator(CollectorLimits limits) {
        return new Aggregator(
                CollectorConfig.DEFAULT
                        .withTimes(LATENESS, BUCKET, Duration.ofMinutes(15))
                        .withLimits(limits),
                clock,
                counts);
    }

    private CallObservations observedAfter(int seconds) {
        clock.set(START.plusSeconds(seconds));
        aggregator.advance();
        return aggregator.observe(Duration.ofMinutes(1));
    }

    private void at(Hop hop) {
        aggregator.accept(List.of(hop));
    }

    private long span() {
        return ++lastSpan;
    }

    private Hop request(
            Proxy proxy, @Nullable String member, long parent, double startMs, double endMs, boolean local) {
        return new Hop(
                proxy, Side.INBOUND, member, null, 1, span(), parent, nanos(startMs), nanos(endMs), false, local);
    }

    private static Hop call(
            Proxy proxy,
            @Nullable String member,
            String callee,
            String arm,
            long span,
            double startMs,
            double endMs,
            boolean local) {
        return new Hop(
                proxy,
                Side.OUTBOUND,
                member,
                new Callee(callee, arm),
                1,
                span,
                0,
                nanos(startMs),
                nanos(endMs),
                false,
                local);
    }

    private static Hop failed(Hop hop) {
        return new Hop(
                hop.proxy(),
                hop.side(),
                hop.member(),
                hop.callee(),
                hop.traceId(),
                hop.spanId(),
                hop.parentSpanId(),
                hop.startNanos(),
                hop.endNanos(),
                true,
                hop.local());
    }

    private static long nanos(double ms) {
        return Duration.between(Instant.EPOCH, START).toNanos() + Math.round(ms * 1e6);
    }
}
