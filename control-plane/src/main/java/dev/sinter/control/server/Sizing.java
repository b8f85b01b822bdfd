package dev.sinter.control.server;

import dev.sinter.control.api.ControlApi.LimitsView;
import dev.sinter.control.api.ControlApi.SizeView;
import dev.sinter.control.compose.Service.Resources;
import dev.sinter.control.lifecycle.GroupStatus;
import dev.sinter.control.store.H2GroupStore;
import dev.sinter.planner.hysteresis.ProbeSchedule.Reading;
import dev.sinter.planner.sizing.Measurement;
import dev.sinter.planner.sizing.Size;
import dev.sinter.planner.sizing.Sizer;
import dev.sinter.planner.sizing.SizingPolicy;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Says which size each group's fused workload should have: first from what its members use, then, once it serves
 * everything, from what it uses itself. One thread calls {@link #turn}; advice may be read by any.
 */
final class Sizing {

    private static final double BYTES_PER_MIB = 1024.0 * 1024.0;
    private static final double MILLICORES_PER_PROCESSOR = 1000;

    /** Reasons of a group that ended because its fused workload did. */
    private static final Set<String> DEATHS = Set.of("SNT0607", "SNT0820");

    /**
     * What is said of one group.
     *
     * @param present limits of its fused workload, or those it will start with
     * @param recommended null while too little was seen
     * @param objectiveMs what a typical request may take; null while nothing says so
     */
    record Advice(
            Resources present,
            @Nullable Size recommended,
            @Nullable Double objectiveMs,
            String why) {

        Advice withPresent(Resources other) {
            return new Advice(other, recommended, objectiveMs, why);
        }

        SizeView view(boolean applied) {
            return new SizeView(
                    applied,
                    new LimitsView(
                            present.memoryBytes() == null
                                    ? null
                                    : Double.valueOf(present.memoryBytes() / BYTES_PER_MIB),
                            present.cpus() == null ? null : Double.valueOf(present.cpus() * MILLICORES_PER_PROCESSOR)),
                    recommended == null ? null : new LimitsView(recommended.memoryMiB(), recommended.cpuMillicores()),
                    objectiveMs,
                    why);
        }
    }

    private final H2GroupStore store;
    private final Map<String, Function> functions;
    private final UsageHistory usage;
    private final CallerView callers;
    private final ToDoubleFunction<String> sharedMiB;
    private final SizingSettings settings;
    private final AppliedSizes applied;
    private final FusionPolicy policy;
    private final Clock clock;
    private final Sizer sizer;
    private final Map<String, Double> beforeMs = new HashMap<>();
    private final Map<String, SizeWatch> watches = new HashMap<>();
    private final Map<String, Advice> adviceByGroup = new ConcurrentHashMap<>();

    /** @param sharedMiB memory that the members of a group hold twice while they run apart, by its name */
    Sizing(
            H2GroupStore store,
            Map<String, Function> functions,
            UsageHistory usage,
            CallerView callers,
            ToDoubleFunction<String> sharedMiB,
            SizingSettings settings,
            AppliedSizes applied,
            FusionPolicy policy,
            Clock clock) {
        this.store = store;
        this.functions = functions;
        this.usage = usage;
        this.callers = callers;
        this.sharedMiB = sharedMiB;
        this.settings = settings;
        this.applied = applied;
        this.policy = policy;
        this.clock = clock;
        this.sizer = new Sizer(SizingPolicy.DEFAULT.withLargest(settings.machine()));
    }

    /** What is known of a group's size, or null before its first turn and after its fused workload is gone. */
    @Nullable
    Advice advice(String group) {
        return adviceByGroup.get(group);
    }

    /** The same for people and programs outside. */
    @Nullable
    SizeView view(String group) {
        Advice advice = advice(group);
        return advice == null ? null : advice.view(settings.applies());
    }

    /**
     * The limits that a group's fused workload starts with: what its members have together and, where sizes are applied,
     * what it should have of that which a member has without limit.
     */
    Resources atStart(GroupStatus group, List<Function> members) {
        Resources promised = World.promised(members);
        if (!settings.applies()) {
            applied.forget(group.name());
            return promised;
        }
        Size first = firstSize(group, members);
        double leastMiB = Math.min(
                applied.leastMemoryBytes(group.name()) / BYTES_PER_MIB,
                settings.machine().memoryMiB());
        Resources start = filled(promised, new Size(Math.max(first.memoryMiB(), leastMiB), first.cpuMillicores()));
        applied.started(group.name(), start);
        return start;
    }

    /** One look at every group. */
    void turn() {
        for (GroupStatus group : store.groups()) {
            List<Function> members = group.members().stream()
                    .map(functions::get)
                    .filter(Objects::nonNull)
                    .toList();
            if (members.size() == group.members().size()) {
                look(group, members);
            }
        }
    }

    private void look(GroupStatus group, List<Function> members) {
        switch (group.state()) {
            case PROPOSED, APPROVED, BUILDING -> {
                remember(group);
                adviceByGroup.put(group.name(), first(group, members));
            }
            case DEPLOYING, VERIFYING, SHIFTING, PROBING -> {
                remember(group);
                Advice before = adviceByGroup.get(group.name());
                Resources present = present(group, World.promised(members));
                adviceByGroup.put(group.name(), (before == null ? first(group, members) : before).withPresent(present));
            }
            case FUSED -> adviceByGroup.put(group.name(), next(group, members));
            case UNFUSING, UNFUSED, FAILED -> {
                if (DEATHS.contains(group.reasonCode())) {
                    applied.died(group.name(), SizingPolicy.DEFAULT.afterOutOfMemory());
                }
                watches.remove(group.name());
                adviceByGroup.remove(group.name());
            }
        }
    }

    /** What the originals take is measured while they serve: later they sleep. */
    private void remember(GroupStatus group) {
        Instant now = clock.instant();
        Reading reading = callers.originals(group, now.minus(policy.window()), now);
        if (reading != null) {
            beforeMs.put(group.name(), reading.latencyMs());
        }
    }

    private Size firstSize(GroupStatus group, List<Function> members) {
        return sizer.first(alone(members), sharedMiB.applyAsDouble(group.name()));
    }

    private Advice first(GroupStatus group, List<Function> members) {
        List<Measurement> alone = alone(members);
        double peakMiB = alone.stream().mapToDouble(Measurement::peakMiB).sum();
        double used = alone.stream().mapToDouble(Measurement::usedMillicores).sum();
        return new Advice(
                World.promised(members),
                firstSize(group, members),
                settings.objectiveMs(),
                String.format(
                        Locale.ROOT,
                        "Its members use at most %.1f MiB, of which they hold %.1f twice, and now %.0f millicores",
                        peakMiB,
                        sharedMiB.applyAsDouble(group.name()),
                        used));
    }

    /** Of members only memory and processor time count before they are fused. */
    private List<Measurement> alone(List<Function> members) {
        return members.stream()
                .map(member -> new Measurement(
                        size(member.service().resources()),
                        peakMiB(member.name()),
                        false,
                        usage.cpuMillicores(member.name()),
                        0,
                        0))
                .toList();
    }

    private Advice next(GroupStatus group, List<Function> members) {
        SizeWatch watch = watches.computeIfAbsent(group.name(), name -> new SizeWatch(policy.window()));
        Resources promised = World.promised(members);
        Resources present = present(group, promised);
        String workload = "fused-" + group.name();
        Instant now = clock.instant();
        SizeWatch.Stretch stretch = watch.look(group.since(), now, usage.cpuMillicores(workload));
        if (stretch != null) {
            Reading reading = callers.fused(group, stretch.from(), now);
            if (reading != null) {
                double used = stretch.busiestMillicores();
                watch.add(new Measurement(
                        size(present),
                        peakMiB(workload),
                        false,
                        used,
                        used / reading.ratePerSecond(),
                        reading.latencyMs()));
            }
        }
        Double objectiveMs = objectiveMs(group);
        List<Measurement> seen = watch.seen(peakMiB(workload));
        Advice advice = seen.isEmpty()
                ? new Advice(present, null, objectiveMs, tooLittle())
                : advice(present, seen, objectiveMs);
        if (settings.applies() && !group.paused()) {
            apply(group, promised, advice);
        }
        return advice;
    }

    /** Until it was measured, a workload is only given more. */
    private void apply(GroupStatus group, Resources promised, Advice advice) {
        Size recommended = advice.recommended();
        if (recommended == null) {
            String workload = "fused-" + group.name();
            Measurement now = new Measurement(
                    size(advice.present()), peakMiB(workload), false, usage.cpuMillicores(workload), 0, 0);
            applied.grow(group.name(), advice.present(), filled(promised, sizer.first(List.of(now), 0)));
        } else {
            applied.change(group.name(), advice.present(), filled(promised, recommended));
        }
    }

    /** Without the label, what was applied before a restart still holds. */
    private Resources present(GroupStatus group, Resources promised) {
        Resources given = applied.present(group.name());
        return given == null ? promised : given;
    }

    /**
     * What its members' owners decided stays; a size is for what they left open. Processor time is rounded down: the
     * next step down is then another one.
     */
    private static Resources filled(Resources promised, Size size) {
        return new Resources(
                promised.cpus() == null
                        ? Double.valueOf(Math.floor(size.cpuMillicores()) / MILLICORES_PER_PROCESSOR)
                        : promised.cpus(),
                promised.memoryBytes() == null
                        ? Long.valueOf((long) (Math.ceil(size.memoryMiB()) * BYTES_PER_MIB))
                        : promised.memoryBytes());
    }

    private Advice advice(Resources present, List<Measurement> seen, @Nullable Double objectiveMs) {
        Measurement last = seen.getLast();
        double used =
                seen.stream().mapToDouble(Measurement::usedMillicores).max().orElse(0);
        String why = String.format(
                Locale.ROOT,
                "It used at most %.1f MiB and %.0f millicores; a typical request takes %.1f ms",
                last.peakMiB(),
                used,
                last.latencyMs());
        if (objectiveMs == null) {
            // As if it were just fast enough: processor time is neither taken nor added for latency's sake.
            return new Advice(
                    present,
                    sizer.next(seen, last.latencyMs()),
                    null,
                    why + ", and nothing says what it took before fusion");
        }
        why += String.format(Locale.ROOT, " and may take %.1f", objectiveMs);
        why += settings.objectiveMs() == null ? " (as before fusion, and the judge's tolerance)" : " (as asked for)";
        why += sizer.isBeyondCpu(seen, objectiveMs) ? ", which more processors would not reach" : "";
        return new Advice(present, sizer.next(seen, objectiveMs), objectiveMs, why);
    }

    /** What is asked for, else what the judge would take for no slower than the originals. */
    private @Nullable Double objectiveMs(GroupStatus group) {
        if (settings.objectiveMs() != null) {
            return settings.objectiveMs();
        }
        String setting = "latencyBeforeMs/" + group.name();
        Double known = beforeMs.remove(group.name());
        if (known != null) {
            store.putSetting(setting, known.toString());
        }
        String stored = store.setting(setting);
        return stored == null
                ? null
                : Double.valueOf(
                        Double.parseDouble(stored) * (1 + policy.judge().latencyTolerance()));
    }

    private String tooLittle() {
        return String.format(
                Locale.ROOT,
                "Too little was seen since it serves everything (expected: %d requests in %d s)",
                CallerView.FEWEST_REQUESTS,
                policy.window().toSeconds());
    }

    private double peakMiB(String workload) {
        return usage.peakBytes(workload) / BYTES_PER_MIB;
    }

    /** What has no limit has the machine. */
    private Size size(Resources limits) {
        return new Size(
                limits.memoryBytes() == null ? settings.machine().memoryMiB() : limits.memoryBytes() / BYTES_PER_MIB,
                limits.cpus() == null ? settings.machine().cpuMillicores() : limits.cpus() * MILLICORES_PER_PROCESSOR);
    }
}
