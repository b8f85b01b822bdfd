package dev.sinter.collector.observation;

import java.util.HashMap;
import java.util.Map;

/** One time bucket of everything. Not thread-safe. */
final class Slice {

    final Map<String, FunctionStats> functions = new HashMap<>();
    final Map<EdgeKey, EdgeStats> edges = new HashMap<>();
    final Map<ArmKey, ArmStats> arms = new HashMap<>();
    boolean lossy;

    int cells() {
        return functions.size() + edges.size() + arms.size();
    }

    /** Adds a slice of a later time. Arms are not added: they are asked for bucket by bucket. */
    void add(Slice later) {
        later.functions.forEach((name, stats) ->
                functions.computeIfAbsent(name, key -> new FunctionStats()).add(stats));
        later.edges.forEach((edge, stats) ->
                edges.computeIfAbsent(edge, key -> new EdgeStats()).add(stats));
        lossy |= later.lossy;
    }
}
