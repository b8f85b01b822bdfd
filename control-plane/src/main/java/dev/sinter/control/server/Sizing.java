package dev.sinter.control.server;

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
    private final SizeMemory memory;
    private final Map<String, Double> beforeMs = new HashMap<>();
    private final Map<String, SizeWatch> watches = new HashMap<>();
    private final Map<String, SizeAdvice> adviceByGroup = new ConcurrentHashMap<>();

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
        this.memory = new SizeMemory(store);
        this.sizer = new Sizer(SizingPolicy.DEFAULT.withLargest(settings.machine()));
    }

    /** What is known of a group's size, or null before its first turn and after its fused workload is gone. */
    @Nullable
    SizeAdvice advice(String group) {
        return adviceByGroup.get(group);
    }

    /** The same for people and programs outside. */
    @Nullable
    SizeView view(String group) {
        SizeAdvice advice = advice(group);
        return advice == null ? null : advice.view(settings.applies());
    }

    /**
     * The limits that a group's fused workload starts with: what its members have together and, where sizes are applied,
     * what it should have of that which a member has without limit.
     */
    Resources atStart(GroupStatus group, List<Function> members) {
        Resources promised = World.promised(members);
        memory.putPeakMiB(group.name(), 0);
        Size first = settings.applies() ? first(group, members).recommended() : null;
        if (first == null) {
            applied.forget(group.name());
            return promised;
        }
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
            case DEPLOYING -> shared(group, members);
            case VERIFYING, SHIFTING, PROBING -> {
                Resources promised = World.promised(members);
                grow(group, promised, present(group, promised));
                shared(group, members);
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

    private void shared(GroupStatus group, List<Function> members) {
        remember(group);
        SizeAdvice before = adviceByGroup.get(group.name());
        Resources present = present(group, World.promised(members));
        adviceByGroup.put(group.name(), (before == null ? first(group, members) : before).withPresent(present));
    }

    /** What the originals take is measured while they serve: later they sleep. */
    private void remember(GroupStatus group) {
        Instant now = clock.instant();
        Reading reading = callers.originals(group, now.minus(policy.window()), now);
        if (reading != null) {
            beforeMs.put(group.name(), reading.latencyMs());
        }
    }

    private SizeAdvice first(GroupStatus group, List<Function> members) {
        List<Measurement> alone = members.stream().map(this::alone).toList();
        Resources promised = World.promised(members);
        if (alone.stream().anyMatch(member -> member.peakMiB() == 0)) {
            return new SizeAdvice(
                    promised, null, settings.objectiveMs(), "Not every member's use of memory is known yet");
        }
        double shared = sharedMiB.applyAsDouble(group.name());
        double peakMiB = alone.stream().mapToDouble(Measurement::peakMiB).sum();
        double used = alone.stream().mapToDouble(Measurement::usedMillicores).sum();
        return new SizeAdvice(
                promised,
                sizer.first(alone, shared),
                settings.objectiveMs(),
                String.format(
                        Locale.ROOT,
                        "Its members use at most %.1f MiB, of which they hold %.1f twice, and now %.0f millicores",
                        peakMiB,
                        shared,
                        used));
    }

    /** Of a member only memory and processor time count before it is fused. */
    private Measurement alone(Function member) {
        Size size = size(member.service().resources());
        double peakMiB = usage.peakBytes(member.name()) / BYTES_PER_MIB;
        return new Measurement(size, peakMiB, false, usage.cpuMillicores(member.name()), 0, 0);
    }

    private SizeAdvice next(GroupStatus group, List<Function> members) {
        SizeWatch watch = watches.computeIfAbsent(group.name(), name -> new SizeWatch(policy.window()));
        Resources promised = World.promised(members);
        Resources present = present(group, promised);
        double peakMiB = peakMiB(group);
        Instant now = clock.instant();
        SizeWatch.Stretch stretch = watch.look(group.since(), now, usage.cpuMillicores(workload(group)));
        if (stretch != null && peakMiB > 0) {
            memory.putPeakMiB(group.name(), peakMiB);
            Reading reading = callers.fused(group, stretch.from(), now);
            if (reading != null) {
                double used = stretch.busiestMillicores();
                watch.add(new Measurement(
                        size(present), peakMiB, false, used, used / reading.ratePerSecond(), reading.latencyMs()));
            }
        }
        Double objectiveMs = objectiveMs(group);
        List<Measurement> seen = watch.seen(peakMiB);
        SizeAdvice advice = seen.isEmpty()
                ? new SizeAdvice(present, null, objectiveMs, tooLittle())
                : advice(present, seen, objectiveMs);
        Size recommended = advice.recommended();
        if (recommended == null) {
            grow(group, promised, present);
        } else if (settings.applies() && !group.paused()) {
            applied.change(group.name(), present, filled(promised, recommended));
        }
        return advice;
    }

    /** Until it was measured by itself, a workload is only given more. */
    private void grow(GroupStatus group, Resources promised, Resources present) {
        double peakMiB = peakMiB(group);
        if (settings.applies() && !group.paused() && peakMiB > 0) {
            double used = usage.cpuMillicores(workload(group));
            Measurement now = new Measurement(size(present), peakMiB, false, used, 0, 0);
            applied.grow(group.name(), present, filled(promised, sizer.first(List.of(now), 0)));
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

    private SizeAdvice advice(Resources present, List<Measurement> seen, @Nullable Double objectiveMs) {
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
            return new SizeAdvice(
                    present,
                    sizer.next(seen, last.latencyMs()),
                    null,
                    why + ", and nothing says what it took before fusion");
        }
        why += String.format(Locale.ROOT, " and may take %.1f", objectiveMs);
        why += settings.objectiveMs() == null ? " (as before fusion, and the judge's tolerance)" : " (as asked for)";
        why += sizer.isBeyondCpu(seen, objectiveMs) ? ", which more processors would not reach" : "";
        return new SizeAdvice(present, sizer.next(seen, objectiveMs), objectiveMs, why);
    }

    /** What is asked for, else what the judge would take for no slower than the originals. */
    private @Nullable Double objectiveMs(GroupStatus group) {
        if (settings.objectiveMs() != null) {
            return settings.objectiveMs();
        }
        Double measured = beforeMs.remove(group.name());
        if (measured != null) {
            memory.putBeforeMs(group.name(), measured);
        }
        Double before = memory.beforeMs(group.name());
        return before == null
                ? null
                : Double.valueOf(before * (1 + policy.judge().latencyTolerance()));
    }

    private String tooLittle() {
        return String.format(
                Locale.ROOT,
                "Too little was seen since it serves everything (expected: %d requests in %d s)",
                CallerView.FEWEST_REQUESTS,
                policy.window().toSeconds());
    }

    /** Of a fused workload, as far as this server or the one before has seen it; 0 if neither has. */
    private double peakMiB(GroupStatus group) {
        return Math.max(usage.peakBytes(workload(group)) / BYTES_PER_MIB, memory.peakMiB(group.name()));
    }

    private static String workload(GroupStatus group) {
        return "fused-" + group.name();
    }

    /** What has no limit has the machine. */
    private Size size(Resources limits) {
        return new Size(
                limits.memoryBytes() == null ? settings.machine().memoryMiB() : limits.memoryBytes() / BYTES_PER_MIB,
                limits.cpus() == null ? settings.machine().cpuMillicores() : limits.cpus() * MILLICORES_PER_PROCESSOR);
    }
}
