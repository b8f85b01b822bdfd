package dev.sinter.control.server;

import dev.sinter.control.api.ControlApi.LimitsView;
import dev.sinter.control.api.ControlApi.SizeView;
import dev.sinter.control.compose.Service.Resources;
import dev.sinter.planner.sizing.Size;
import org.jspecify.annotations.Nullable;

/**
 * What is said of one group's size.
 *
 * @param present limits of its fused workload; before it runs, of its members together
 * @param recommended null while too little was seen
 * @param objectiveMs what a typical request may take; null while nothing says so
 */
record SizeAdvice(
        Resources present,
        @Nullable Size recommended,
        @Nullable Double objectiveMs,
        String why) {

    private static final double BYTES_PER_MIB = 1024.0 * 1024.0;
    private static final double MILLICORES_PER_PROCESSOR = 1000;

    SizeAdvice withPresent(Resources other) {
        return new SizeAdvice(other, recommended, objectiveMs, why);
    }

    SizeView view(boolean applied) {
        Long memoryBytes = present.memoryBytes();
        Double cpus = present.cpus();
        return new SizeView(
                applied,
                new LimitsView(
                        memoryBytes == null ? null : Double.valueOf(memoryBytes / BYTES_PER_MIB),
                        cpus == null ? null : Double.valueOf(cpus * MILLICORES_PER_PROCESSOR)),
                recommended == null ? null : new LimitsView(recommended.memoryMiB(), recommended.cpuMillicores()),
                objectiveMs,
                why);
    }
}
