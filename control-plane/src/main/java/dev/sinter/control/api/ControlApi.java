package dev.sinter.control.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sinter.control.lifecycle.GroupStatus;
import java.util.List;

/** What the JSON interface shows and asks of a running server. Safe for use by several threads. */
public interface ControlApi {

    /** One thing that runs. */
    record WorkloadView(String name, String role, boolean running, String address, String image) {}

    /** What runs and where it is reached. */
    record StatusView(String application, String mode, List<String> urls, List<WorkloadView> workloads) {}

    StatusView status();

    List<GroupStatus> groups();

    List<GroupStatus> history(String group);

    /** The call graph as seen over the last window, as {@code sinter.dev/graph/v1}. */
    JsonNode graph();

    /** The newest plan, as {@code sinter.dev/plan/v1}. */
    JsonNode plan();

    /** Counters and gauges in the Prometheus text format. */
    String metrics();

    GroupStatus approve(String group);

    GroupStatus pause(String group);

    GroupStatus resume(String group);

    GroupStatus unfuse(String group);
}
