package dev.sinter.control.demo;

import dev.sinter.control.platform.Usage;
import java.time.Instant;
import java.util.List;

/** What every running workload of the application used at one moment. */
public record UsageSample(Instant at, List<Usage> workloads) {
    public UsageSample {
        workloads = List.copyOf(workloads);
    }
}
