package dev.sinter.planner.plan;

import dev.sinter.planner.graph.Tier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Functions that one workload serves; a function that stays alone is a group of one.
 *
 * @param name a DNS label, unique in its plan, the same for the same content
 * @param members sorted; at least one
 * @param homes members to which remote calls of that function go; sorted, at least one
 * @param local pairs of members whose calls stay inside; sorted, no directed cycle
 * @param tier the weakest of all its pairs
 * @param memoryMiB of one instance, without proxy
 * @param replicas instances that its traffic needs, a fraction; 0 without traffic
 */
public record PlannedGroup(
        String name,
        List<String> members,
        List<String> homes,
        List<LocalPair> local,
        Tier tier,
        double memoryMiB,
        double replicas) {

    public PlannedGroup {
        members = sorted(members);
        homes = sorted(homes);
        local = sorted(local);
    }

    private static <T extends Comparable<T>> List<T> sorted(List<T> list) {
        List<T> sorted = new ArrayList<>(list);
        Collections.sort(sorted);
        return List.copyOf(sorted);
    }
}
