package dev.sinter.planner.solve;

/**
 * The least latency of every function, exactly, and groups that attain it.
 *
 * <p>Copies cost no time, so every function may have a group of its own, and a shorter time of a callee never makes a
 * caller slower: each function's {@link LeastTimes least time} follows from those of its callees by one search for the
 * members of its own group ({@link LatencyGroup}). On call cycles the times found are lower bounds. Not safe for use by
 * several threads.
 */
final class LatencySearch {
    private final Model model;
    private final Groups groups;
    private final LeastTimes times;
    private final LatencyGroup search;
    private final Group[] group;

    LatencySearch(Model model, Groups groups, Budget budget) {
        this.model = model;
        this.groups = groups;
        times = new LeastTimes(model);
        search = new LatencyGroup(model, groups, times, budget);
        group = new Group[model.size];
    }

    /** Searches all functions' groups. */
    void run() {
        for (int[] component : model.waitOrder) {
            for (int f : component) {
                group[f] = search.find(f);
            }
        }
    }

    /** Milliseconds of a request at {@code f} in every plan, at least. */
    double leastMs(int f) {
        return times.leastMs(f);
    }

    /** No plan has a smaller latency. */
    double boundMs() {
        return times.boundMs();
    }

    /** Groups that attain the least times. */
    Group[] layout() {
        return CalledGroups.of(model, groups, group);
    }
}
