package dev.sinter.control.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sinter.control.lifecycle.GroupStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the JSON interface shows and asks of a running server. Safe for use by several threads. */
public interface ControlApi {

    /** One thing that runs. */
    record WorkloadView(String name, String role, boolean running, String address, String image) {}

    /** What runs and where it is reached. */
    record StatusView(String application, String mode, List<String> urls, List<WorkloadView> workloads) {}

    /** Memory and processor time a workload may use; null is no limit. */
    record LimitsView(@Nullable Double memoryMiB, @Nullable Double cpuMillicores) {}

    /**
     * What a group's fused workload may use, and should.
     *
     * @param applied whether it is given what is recommended, where its members have no limits
     * @param recommended null while too little was seen
     * @param objectiveMs what a typical request to the group may take; null while that is not known
     */
    record SizeView(
            boolean applied,
            LimitsView present,
            @Nullable LimitsView recommended,
            @Nullable Double objectiveMs,
            String why) {}

    StatusView status();

    List<GroupStatus> groups();

    List<GroupStatus> history(String group);

    /** The call graph as seen over the last window, as {@code sinter.dev/graph/v1}. */
    JsonNode graph();

    /** The newest plan, as {@code sinter.dev/plan/v1}. */
    JsonNode plan();

    /** A group's {@link SizeView}; empty where nothing is planned or runs under that name. */
    JsonNode size(String group);

    /** Counters and gauges in the Prometheus text format. */
    String metrics();

    GroupStatus approve(String group);

    GroupStatus pause(String group);

    GroupStatus resume(String group);

    GroupStatus unfuse(String group);
}
