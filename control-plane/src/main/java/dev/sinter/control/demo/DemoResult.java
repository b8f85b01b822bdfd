package dev.sinter.control.demo;

import dev.sinter.planner.plan.PlannedGroup;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a demonstration found. Component names are the published JSON contract; {@link DemoJson} writes it.
 *
 * @param failedRequests of all phases; must be 0
 * @param differingResponses of all phases; must be 0
 * @param secondsToFused from the first request to the first one a fused workload answered; null if there was none
 * @param groups as in the plan
 * @param hops of the calls that became local
 */
public record DemoResult(
        String application,
        long failedRequests,
        long differingResponses,
        long requestsTotal,
        @Nullable Double secondsToFused,
        double secondsTotal,
        List<PlannedGroup> groups,
        List<Hop> hops,
        Side before,
        Side after,
        List<FunctionImage> images) {

    public DemoResult {
        groups = List.copyOf(groups);
        hops = List.copyOf(hops);
        images = List.copyOf(images);
    }

    /** A call that became local; null where it was not seen. */
    public record Hop(
            String from,
            String to,
            @Nullable HopMs before,
            @Nullable HopMs after) {}

    /**
     * One side of the comparison.
     *
     * @param latencyMs as the client saw it, from the moment a request was due
     * @param ratePerSecond answers as expected
     * @param instances running workloads that serve functions
     * @param cpuMillicores of functions and sidecars, and the gateway
     * @param gbSecondsPerRequest what a bill by memory and time would count for one request of the load: for each
     *     workload its functions' memory (GiB, proportional set size, without sidecar) times the requests inside it at
     *     a time, added up and divided by the load's rate. A caller that waits for a remote callee is billed while it
     *     waits, a caller that waits for a local one is billed once with it. Same formula as {@code gbSecondsPerSecond}
     *     of a plan
     */
    public record Side(
            LatencyMs latencyMs,
            double ratePerSecond,
            MemoryMiB memoryMiB,
            int instances,
            double cpuMillicores,
            double gbSecondsPerRequest) {}

    /** Proportional set sizes; the gateway counts as neither function nor sidecar. */
    public record MemoryMiB(double functions, double sidecars, double total) {}

    /** What a function's own image was before and is after; the two digests must be equal. */
    public record FunctionImage(String function, String digestBefore, String digestAfter) {}
}
