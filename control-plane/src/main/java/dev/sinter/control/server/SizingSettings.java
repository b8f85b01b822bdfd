package dev.sinter.control.server;

import dev.sinter.planner.sizing.Size;
import java.lang.management.ManagementFactory;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How fused workloads are sized.
 *
 * @param applies whether fused workloads are given the size they should have, or only told about it
 * @param objectiveMs what a typical request to a group may take; null means about as long as before fusion
 * @param machine the largest size there is
 */
record SizingSettings(boolean applies, @Nullable Double objectiveMs, Size machine) {

    private static final String SIZING = "sinter.dev/sizing";
    private static final String APPLY = "apply";
    private static final String OBJECTIVE = "sinter.dev/latency-objective-ms";
    private static final double BYTES_PER_MIB = 1024.0 * 1024.0;
    private static final double MILLICORES_PER_PROCESSOR = 1000;

    /** @param labels of an application, as its reader has checked them */
    static SizingSettings of(Map<String, String> labels) {
        String objective = labels.get(OBJECTIVE);
        return new SizingSettings(
                APPLY.equals(labels.get(SIZING)), objective == null ? null : Double.valueOf(objective), machineSize());
    }

    private static Size machineSize() {
        double memoryBytes =
                ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                        ? system.getTotalMemorySize()
                        : Runtime.getRuntime().maxMemory();
        return new Size(
                memoryBytes / BYTES_PER_MIB,
                MILLICORES_PER_PROCESSOR * Runtime.getRuntime().availableProcessors());
    }
}
