package dev.sinter.control.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What fusion must reach, and what it reached.
 *
 * @param measured for people, with its unit
 * @param wanted likewise
 */
public record Target(String name, String measured, String wanted, boolean reached) {

    private static final double MAX_HOP_SHARE = 0.10;
    private static final double MAX_TOTAL_MEMORY_SHARE = 0.70;
    private static final double MAX_FUNCTION_MEMORY_SHARE = 0.75;
    private static final double MAX_SECONDS_TO_FUSED = 120;

    /** All targets, in the order in which people care. A call that was not seen on both sides misses its target. */
    static List<Target> of(DemoResult result) {
        List<Target> targets = new ArrayList<>();
        targets.add(none("failed requests", result.failedRequests()));
        targets.add(none("differing responses", result.differingResponses()));
        for (DemoResult.Hop hop : result.hops()) {
            targets.add(hop(hop));
        }
        DemoResult.MemoryMiB before = result.before().memoryMiB();
        DemoResult.MemoryMiB after = result.after().memoryMiB();
        targets.add(memory("memory of everything", before.total(), after.total(), MAX_TOTAL_MEMORY_SHARE));
        targets.add(memory("memory of functions", before.functions(), after.functions(), MAX_FUNCTION_MEMORY_SHARE));
        Double seconds = result.secondsToFused();
        targets.add(new Target(
                "first fused response",
                seconds == null ? "none" : format("%.1f s", seconds),
                format("at most %.0f s", MAX_SECONDS_TO_FUSED),
                seconds != null && seconds <= MAX_SECONDS_TO_FUSED));
        return targets;
    }

    private static Target none(String name, long count) {
        return new Target(name, Long.toString(count), "0", count == 0);
    }

    private static Target hop(DemoResult.Hop hop) {
        String name = "hop " + hop.from() + " → " + hop.to();
        String wanted = format("at most %.0f %% of before", 100 * MAX_HOP_SHARE);
        HopMs before = hop.before();
        HopMs after = hop.after();
        if (before == null || after == null || before.p50Ms() <= 0) {
            return new Target(name, "not measured", wanted, false);
        }
        double share = after.p50Ms() / before.p50Ms();
        return new Target(name, format("%.1f %%", 100 * share), wanted, share <= MAX_HOP_SHARE);
    }

    private static Target memory(String name, double before, double after, double maxShare) {
        double share = before <= 0 ? 1 : after / before;
        return new Target(
                name,
                format("%+.1f %%", 100 * (share - 1)),
                format("at least %+.0f %%", 100 * (maxShare - 1)),
                share <= maxShare);
    }

    private static String format(String pattern, double value) {
        return String.format(Locale.ROOT, pattern, value);
    }
}
