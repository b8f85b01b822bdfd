package dev.sinter.control.demo;

import dev.sinter.control.platform.Usage;
import dev.sinter.control.platform.Workload;
import dev.sinter.planner.graph.Tier;
import dev.sinter.planner.plan.LocalPair;
import dev.sinter.planner.plan.PlannedGroup;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A demonstration whose figures are easy to check by hand. */
final class Samples {

    static final Instant START = Instant.parse("2026-11-21T10:00:00Z");

    private static final long MIB = 1 << 20;

    private Samples() {}

    static DemoMeasurements measurements() {
        return new DemoMeasurements(
                "tree",
                new LoadResult(
                        START,
                        Map.of(
                                Phase.BEFORE,
                                load(Phase.BEFORE, new LatencyMs(550, 600, 700)),
                                Phase.AFTER,
                                load(Phase.AFTER, new LatencyMs(520, 530, 540))),
                        List.of(),
                        List.of()),
                START.plusSeconds(45),
                Duration.ofMinutes(3),
                List.of(new PlannedGroup(
                        "g1",
                        List.of("a", "b"),
                        List.of("a", "b"),
                        List.of(new LocalPair("a", "b")),
                        Tier.IN_PROCESS,
                        64,
                        1)),
                List.of(
                        new DemoResult.Hop("a", "b", new HopMs(2, 3, 4), new HopMs(0.1, 0.2, 0.3)),
                        new DemoResult.Hop("a", "c", new HopMs(2, 3, 4), null)),
                new MeasuredSide(
                        List.of(
                                new UsageSample(START, List.of(function("a", 40, 1), function("b", 60, 2), gateway(0))),
                                new UsageSample(
                                        START.plusSeconds(10),
                                        List.of(function("a", 44, 3), function("b", 56, 4), gateway(2)))),
                        Map.of("a", 10.0, "b", 8.0)),
                new MeasuredSide(
                        List.of(
                                new UsageSample(
                                        START, List.of(fused("fused-g1", 64, 5), function("b", 60, 9), gateway(3))),
                                new UsageSample(START.plusSeconds(10), List.of(fused("fused-g1", 64, 8), gateway(4)))),
                        Map.of("fused-g1", 10.0)),
                List.of(new DemoResult.FunctionImage("a", "sha256:1", "sha256:1")));
    }

    static PhaseLoad load(Phase phase, LatencyMs latencyMs) {
        return new PhaseLoad(phase, Duration.ofSeconds(20), 400, 400, Map.of(), 0, latencyMs);
    }

    static Usage function(String name, long mib, long cpuSeconds) {
        return usage(name, Workload.Role.FUNCTION, mib, cpuSeconds);
    }

    static Usage fused(String name, long mib, long cpuSeconds) {
        return usage(name, Workload.Role.FUSED, mib, cpuSeconds);
    }

    static Usage gateway(long cpuSeconds) {
        return usage("gateway", Workload.Role.GATEWAY, 0, cpuSeconds);
    }

    private static Usage usage(String name, Workload.Role role, long mib, long cpuSeconds) {
        return new Usage(
                name,
                role,
                mib * MIB,
                40 * MIB,
                Duration.ofSeconds(cpuSeconds),
                Duration.ZERO,
                Usage.Source.PROPORTIONAL_SET_SIZE);
    }
}
