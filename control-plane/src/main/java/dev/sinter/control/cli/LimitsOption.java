package dev.sinter.control.cli;

import dev.sinter.planner.graph.CallGraph;
import dev.sinter.planner.graph.Limits;
import java.util.Map;

/** Limits given on the command line. */
final class LimitsOption {

    private LimitsOption() {}

    /** {@code graph} with what {@code given} names set instead of its own. */
    static CallGraph apply(Map<String, Double> given, CallGraph graph) {
        Limits limits = graph.limits();
        for (Map.Entry<String, Double> entry : given.entrySet()) {
            limits = with(limits, entry.getKey(), entry.getValue());
        }
        return new CallGraph(
                graph.windowSeconds(),
                graph.functions(),
                graph.edges(),
                limits,
                graph.tiers(),
                graph.pairs(),
                graph.forbidden());
    }

    private static Limits with(Limits old, String name, double value) {
        double memory = old.memoryMiB();
        int members = old.members();
        double cpu = old.cpuMillicores();
        double concurrency = old.concurrency();
        double sidecar = old.sidecarMiB();
        double confidence = old.minConfidence();
        switch (name) {
            case "memoryMiB" -> memory = value;
            case "members" -> members = whole(value);
            case "cpuMillicores" -> cpu = value;
            case "concurrency" -> concurrency = value;
            case "sidecarMiB" -> sidecar = value;
            case "minConfidence" -> confidence = value;
            default ->
                throw new CommandException(
                        "SNT0119",
                        "limit: " + name + " (expected: memoryMiB, members, cpuMillicores, concurrency, sidecarMiB or"
                                + " minConfidence)");
        }
        return new Limits(memory, members, cpu, concurrency, sidecar, confidence);
    }

    private static int whole(double members) {
        if (members != Math.rint(members)) {
            throw new CommandException("SNT0119", "limit: members=" + members + " (expected: a whole number)");
        }
        return (int) members;
    }
}
