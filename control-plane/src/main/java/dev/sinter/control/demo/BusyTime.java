package dev.sinter.control.demo;

import dev.sinter.collector.observation.ArmBucket;
import dev.sinter.planner.plan.LocalPair;
import dev.sinter.planner.plan.PlannedGroup;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** How many requests were inside each workload at a time: what pay by memory and time multiplies memory with. */
public final class BusyTime {

    private static final String FUSED = "fused-";

    private BusyTime() {}

    /**
     * Mean number of requests inside each workload, from the durations of the calls that entered it (Little's law). Calls
     * that stay inside a workload do not enter it.
     *
     * @param calls buckets of single callers, not of {@link ArmBucket#ANY_CALLER}; gateways' calls included
     * @param groups whose local pairs stay inside
     * @param window that the buckets cover
     */
    public static Map<String, Double> byWorkload(List<ArmBucket> calls, List<PlannedGroup> groups, Duration window) {
        double windowMs = window.toNanos() / 1e6;
        if (windowMs <= 0) {
            throw new IllegalArgumentException("window: " + window + " (expected: longer than 0)");
        }
        return calls.stream()
                .filter(bucket -> !staysInside(bucket, groups))
                .collect(Collectors.groupingBy(
                        BusyTime::workload, Collectors.summingDouble(bucket -> bucket.sumMs() / windowMs)));
    }

    private static String workload(ArmBucket bucket) {
        return bucket.arm().equals(ArmBucket.ORIGINAL) ? bucket.callee() : bucket.arm();
    }

    private static boolean staysInside(ArmBucket bucket, List<PlannedGroup> groups) {
        LocalPair pair = new LocalPair(bucket.caller(), bucket.callee());
        return groups.stream()
                .anyMatch(group -> bucket.arm().equals(FUSED + group.name())
                        && group.local().contains(pair));
    }
}
