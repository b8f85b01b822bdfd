package dev.sinter.planner.explain;

import java.util.List;

/**
 * What one group is worth, and why.
 *
 * @param name of the group
 * @param members of it
 * @param latencyMs share of the mean latency of requests from outside that is spent in this group and on its calls out
 * @param gbSecondsPerSecond memory held while requests are inside
 * @param residentMiB memory of its instances with their proxies
 */
public record GroupExplanation(
        String name, List<String> members, Figure latencyMs, Figure gbSecondsPerSecond, Figure residentMiB) {
    public GroupExplanation {
        members = List.copyOf(members);
    }
}
