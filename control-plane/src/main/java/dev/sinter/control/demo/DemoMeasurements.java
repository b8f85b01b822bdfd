package dev.sinter.control.demo;

import dev.sinter.planner.plan.PlannedGroup;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything a demonstration measured.
 *
 * @param firstFusedAt end of the first call that a fused workload answered; null if there was none
 * @param total from the start of the command
 * @param groups of the plan that was carried out, groups of one included
 * @param hops of the pairs that are local in {@code groups}; others are left out of the result
 */
public record DemoMeasurements(
        String application,
        LoadResult load,
        @Nullable Instant firstFusedAt,
        Duration total,
        List<PlannedGroup> groups,
        List<DemoResult.Hop> hops,
        MeasuredSide before,
        MeasuredSide after,
        List<DemoResult.FunctionImage> images) {

    public DemoMeasurements {
        groups = List.copyOf(groups);
        hops = List.copyOf(hops);
        images = List.copyOf(images);
    }
}
