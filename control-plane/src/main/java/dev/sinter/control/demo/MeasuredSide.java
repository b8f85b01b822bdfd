package dev.sinter.control.demo;

import java.util.List;
import java.util.Map;

/**
 * What was measured of the platform and the proxies in {@link Phase#BEFORE} or {@link Phase#AFTER}.
 *
 * @param usage at least two samples, oldest first, taken through the whole phase
 * @param busyByWorkload requests inside each workload at a time (mean), as {@link BusyTime} tells
 */
public record MeasuredSide(List<UsageSample> usage, Map<String, Double> busyByWorkload) {
    public MeasuredSide {
        usage = List.copyOf(usage);
        busyByWorkload = Map.copyOf(busyByWorkload);
    }
}
