package dev.sinter.control.platform;

import java.time.Duration;

/**
 * What one workload uses now.
 *
 * @param functionBytes memory of its own container, 0 for the gateway
 * @param sidecarBytes memory of its Envoy
 * @param functionCpu processor time of its own container since it started
 * @param sidecarCpu processor time of its Envoy since it started
 * @param source what the memory figures mean
 */
public record Usage(
        String workload,
        Workload.Role role,
        long functionBytes,
        long sidecarBytes,
        Duration functionCpu,
        Duration sidecarCpu,
        Source source) {

    /** Where the figures come from. */
    public enum Source {
        /** Proportional set size of every process, from {@code /proc/PID/smaps_rollup}. */
        PROPORTIONAL_SET_SIZE,
        /** The engine's own statistics, page cache included: the processes are not visible from here. */
        ENGINE_STATISTICS
    }
}
