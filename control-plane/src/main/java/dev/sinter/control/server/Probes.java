package dev.sinter.control.server;

import dev.sinter.control.lifecycle.GroupState;
import dev.sinter.control.lifecycle.GroupStatus;
import dev.sinter.control.lifecycle.GroupStore;
import dev.sinter.planner.hysteresis.ProbeSchedule;
import dev.sinter.planner.hysteresis.ProbeSchedule.Reading;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Says when a fused group is to be compared with its originals again: as the schedule says, and when its load or speed has
 * left what was measured after the last comparison. Used by one thread.
 */
final class Probes {

    /** Doubt may cost the originals' memory for one part in this many of the time. */
    private static final int REST_FACTOR = 10;

    /** What was measured since a group came to rest. */
    private record Baseline(Instant since, Reading reading) {}

    private final GroupStore store;
    private final CallerView callers;
    private final ProbeSchedule schedule;
    private final Duration window;
    private final Clock clock;
    private final Map<String, Baseline> baselines = new HashMap<>();

    Probes(GroupStore store, CallerView callers, ProbeSchedule schedule, Duration window, Clock clock) {
        this.store = store;
        this.callers = callers;
        this.schedule = schedule;
        this.window = window;
        this.clock = clock;
    }

    /** Why a fused group is to be probed now, or null if it is not. */
    @Nullable
    String due(GroupStatus group) {
        Instant now = clock.instant();
        if (!now.isBefore(schedule.due(group.since(), confirmed(group)))) {
            return "Not measured beside its originals since " + group.since();
        }
        return doubt(group, now);
    }

    private @Nullable String doubt(GroupStatus group, Instant now) {
        Reading reading = callers.fused(group, now.minus(window), now);
        if (reading == null || Duration.between(group.since(), now).compareTo(window) < 0) {
            return null;
        }
        Baseline baseline = baselines.get(group.name());
        if (baseline == null || !baseline.since().equals(group.since())) {
            baselines.put(group.name(), new Baseline(group.since(), reading));
            return null;
        }
        boolean rested = !now.isBefore(group.since().plus(schedule.length().multipliedBy(REST_FACTOR)));
        return rested && schedule.isDoubtful(baseline.reading(), reading)
                ? String.format(
                        Locale.ROOT,
                        "%.1f requests/s at %.1f ms, measured were %.1f at %.1f ms",
                        reading.ratePerSecond(),
                        reading.latencyMs(),
                        baseline.reading().ratePerSecond(),
                        baseline.reading().latencyMs())
                : null;
    }

    /** Probes since the group was promoted. */
    private int confirmed(GroupStatus group) {
        GroupState before = GroupState.PROPOSED;
        int probes = 0;
        for (GroupStatus step : store.history(group.name(), 100)) {
            if (step.state() == GroupState.PROBING && before == GroupState.FUSED) {
                probes++;
            } else if (step.state() == GroupState.SHIFTING) {
                probes = 0;
            }
            before = step.state();
        }
        return probes;
    }
}
