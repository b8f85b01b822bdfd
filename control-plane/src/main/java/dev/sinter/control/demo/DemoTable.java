package dev.sinter.control.demo;

import dev.sinter.planner.plan.LocalPair;
import dev.sinter.planner.plan.PlannedGroup;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Writes a result for people: before, after and change, what became local, and whether the targets are reached. */
public final class DemoTable {

    private static final String INDENT = "  ";

    private DemoTable() {}

    public static String render(DemoResult result) {
        StringBuilder text = new StringBuilder();
        text.append(comparison(result)).append('\n');
        text.append(groups(result)).append('\n');
        if (!result.hops().isEmpty()) {
            text.append(hops(result)).append('\n');
        }
        text.append(images(result)).append('\n');
        text.append(targets(result));
        return text.toString();
    }

    private static String comparison(DemoResult result) {
        DemoResult.Side before = result.before();
        DemoResult.Side after = result.after();
        TextTable table = new TextTable().row(result.application(), "before", "after", "change");
        row(
                table,
                "latency p50",
                "%.1f ms",
                before.latencyMs().p50(),
                after.latencyMs().p50());
        row(
                table,
                "latency p95",
                "%.1f ms",
                before.latencyMs().p95(),
                after.latencyMs().p95());
        row(
                table,
                "latency p99",
                "%.1f ms",
                before.latencyMs().p99(),
                after.latencyMs().p99());
        row(table, "throughput", "%.1f/s", before.ratePerSecond(), after.ratePerSecond());
        row(
                table,
                "memory of functions",
                "%.1f MiB",
                before.memoryMiB().functions(),
                after.memoryMiB().functions());
        row(
                table,
                "memory of sidecars",
                "%.1f MiB",
                before.memoryMiB().sidecars(),
                after.memoryMiB().sidecars());
        row(
                table,
                "memory in all",
                "%.1f MiB",
                before.memoryMiB().total(),
                after.memoryMiB().total());
        row(table, "processor", "%.0f m", before.cpuMillicores(), after.cpuMillicores());
        row(table, "instances", "%.0f", before.instances(), after.instances());
        row(table, "cost of a request", "%.5f GB-s", before.gbSecondsPerRequest(), after.gbSecondsPerRequest());
        return table.render(INDENT);
    }

    private static void row(TextTable table, String name, String pattern, double before, double after) {
        String change = before == 0 ? "" : format("%+.1f %%", 100 * (after / before - 1));
        table.row(name, format(pattern, before), format(pattern, after), change);
    }

    private static String groups(DemoResult result) {
        List<PlannedGroup> fused = result.groups().stream()
                .filter(group -> group.members().size() > 1)
                .toList();
        if (fused.isEmpty()) {
            return INDENT + "nothing was fused\n";
        }
        return fused.stream()
                .map(group -> INDENT + "fused " + group.name() + ": " + String.join(", ", group.members()) + " ("
                        + group.tier() + "), local: "
                        + group.local().stream().map(DemoTable::arrow).collect(Collectors.joining(", ")) + '\n')
                .collect(Collectors.joining());
    }

    private static String hops(DemoResult result) {
        TextTable table = new TextTable().row("cost of a call (p50)", "before", "after", "change");
        for (DemoResult.Hop hop : result.hops()) {
            HopMs before = hop.before();
            HopMs after = hop.after();
            String change = before == null || after == null || before.p50Ms() <= 0
                    ? ""
                    : format("%+.1f %%", 100 * (after.p50Ms() / before.p50Ms() - 1));
            table.row(
                    hop.from() + " → " + hop.to(),
                    before == null ? "?" : format("%.3f ms", before.p50Ms()),
                    after == null ? "?" : format("%.3f ms", after.p50Ms()),
                    change);
        }
        return table.render(INDENT);
    }

    private static String images(DemoResult result) {
        List<String> changed = result.images().stream()
                .filter(image -> !image.digestBefore().equals(image.digestAfter()))
                .map(image -> image.function() + " (" + image.digestBefore() + " → " + image.digestAfter() + ")")
                .toList();
        return INDENT
                + (changed.isEmpty()
                        ? "images of all " + result.images().size() + " functions: digests unchanged"
                        : "images changed: " + String.join(", ", changed))
                + '\n';
    }

    private static String targets(DemoResult result) {
        List<Target> targets = Target.of(result);
        TextTable table = new TextTable();
        for (Target target : targets) {
            table.row((target.reached() ? "✓ " : "✗ ") + target.name(), target.measured(), target.wanted());
        }
        long reached = targets.stream().filter(Target::reached).count();
        return table.render(INDENT) + INDENT + reached + " of " + targets.size() + " targets reached in "
                + format("%.0f s", result.secondsTotal()) + ", " + result.requestsTotal() + " requests\n";
    }

    private static String arrow(LocalPair pair) {
        return pair.from() + " → " + pair.to();
    }

    private static String format(String pattern, double value) {
        return String.format(Locale.ROOT, pattern, value);
    }
}
