package dev.sinter.control.server;

import dev.sinter.collector.count.CountsSnapshot;
import dev.sinter.control.lifecycle.GroupState;
import dev.sinter.control.lifecycle.GroupStatus;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a server says of itself in the Prometheus text format. */
final class Metrics {

    private Metrics() {}

    static String text(List<GroupStatus> groups, CountsSnapshot collected, long refusedSizes) {
        StringBuilder text = new StringBuilder();
        help(text, "sinter_groups", "gauge", "Fusion groups by state.");
        for (GroupState state : GroupState.values()) {
            long count = groups.stream().filter(group -> group.state() == state).count();
            text.append(
                    "sinter_groups{state=\"%s\"} %d%n".formatted(state.name().toLowerCase(Locale.ROOT), count));
        }
        help(text, "sinter_group_fused_percent", "gauge", "Share of traffic on the fused workload.");
        groups.forEach(group -> text.append(
                "sinter_group_fused_percent{group=\"%s\"} %d%n".formatted(group.name(), group.fusedPercent())));
        help(
                text,
                "sinter_size_changes_refused_total",
                "counter",
                "Changes of a fused workload's size that the engine refused.");
        text.append("sinter_size_changes_refused_total %d%n".formatted(refusedSizes));
        help(text, "sinter_collector_spans_total", "counter", "Usable spans received.");
        text.append("sinter_collector_spans_total %d%n".formatted(collected.spans()));
        help(text, "sinter_collector_dropped_total", "counter", "Messages and spans dropped, by cause.");
        collected.drops().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(drop -> text.append("sinter_collector_dropped_total{cause=\"%s\"} %d%n"
                        .formatted(drop.getKey().name().toLowerCase(Locale.ROOT), drop.getValue())));
        return text.toString();
    }

    private static void help(StringBuilder text, String name, String type, String help) {
        text.append("# HELP %s %s%n# TYPE %s %s%n".formatted(name, help, name, type));
    }
}
