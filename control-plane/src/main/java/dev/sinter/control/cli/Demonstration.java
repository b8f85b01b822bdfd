package dev.sinter.control.cli;

import dev.sinter.collector.Collector;
import dev.sinter.collector.observation.ArmBucket;
import dev.sinter.collector.observation.CallObservations;
import dev.sinter.collector.observation.ObservedEdge;
import dev.sinter.collector.observation.Quantiles;
import dev.sinter.control.api.ControlApi;
import dev.sinter.control.compose.Application;
import dev.sinter.control.demo.BusyTime;
import dev.sinter.control.demo.DemoMeasurements;
import dev.sinter.control.demo.DemoReport;
import dev.sinter.control.demo.DemoResult;
import dev.sinter.control.demo.HopMs;
import dev.sinter.control.demo.LoadGenerator;
import dev.sinter.control.demo.LoadLimits;
import dev.sinter.control.demo.LoadPlan;
import dev.sinter.control.demo.LoadResult;
import dev.sinter.control.demo.MeasuredSide;
import dev.sinter.control.demo.Phase;
import dev.sinter.control.demo.ProgressView;
import dev.sinter.control.demo.UsageSample;
import dev.sinter.control.lifecycle.GroupState;
import dev.sinter.control.lifecycle.GroupStatus;
import dev.sinter.control.platform.Platform;
import dev.sinter.control.platform.Workload;
import dev.sinter.control.server.SinterServer;
import dev.sinter.planner.plan.Plan;
import dev.sinter.planner.plan.PlannedGroup;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Loads a running application, fuses what its server proposes, takes it back, and measures both sides. Knows nothing of the
 * application but its load.
 */
final class Demonstration {

    private static final Duration MEASURE = Duration.ofSeconds(25);
    private static final Duration SETTLE = Duration.ofSeconds(4);
    private static final Duration LONGEST_PROPOSAL = Duration.ofMinutes(2);
    private static final Duration LONGEST_FUSE = Duration.ofMinutes(4);
    private static final Duration LONGEST_UNFUSE = Duration.ofMinutes(2);
    private static final Duration LONGEST_LEARNING = Duration.ofMinutes(1);
    private static final Duration SAMPLE_EVERY = Duration.ofSeconds(2);
    private static final String GATEWAY = "gateway";

    private record Measured(MeasuredSide side, CallObservations calls) {}

    private final Application application;
    private final LoadPlan plan;
    private final SinterServer server;
    private final Platform platform;
    private final Clock clock;
    private final ProgressView progress;

    Demonstration(
            Application application,
            LoadPlan plan,
            SinterServer server,
            Platform platform,
            Clock clock,
            ProgressView progress) {
        this.application = application;
        this.plan = plan;
        this.server = server;
        this.platform = platform;
        this.clock = clock;
        this.progress = progress;
    }

    /**
     * @param begun when the command was given
     * @param keep leaves the groups fused
     */
    DemoResult run(Instant begun, boolean keep) {
        ControlApi control = server.control();
        Map<String, String> before = digests();
        try (LoadGenerator load =
                LoadGenerator.start(plan, URI.create(server.urls().getFirst()), LoadLimits.DEFAULT, clock)) {
            progress.step("learning what every request is answered with");
            await(load, "answers", LONGEST_LEARNING, load::answersKnown);
            pause(SETTLE);
            progress.step("measuring " + plan.ratePerSecond() + " requests/s with every function on its own");
            load.enter(Phase.BEFORE);
            Measured apart = measure(load, List.of());
            progress.step("waiting for enough evidence to propose groups");
            await(load, "a proposal", LONGEST_PROPOSAL, () -> !control.groups().isEmpty());
            Plan chosen = requirePlan();
            List<PlannedGroup> groups = carriedOut(chosen, control.groups());
            load.enter(Phase.FUSING);
            progress.step("fusing "
                    + control.groups().stream().map(GroupStatus::members).toList());
            control.groups().forEach(group -> control.approve(group.name()));
            await(load, "the fused state", LONGEST_FUSE, () -> reached(control, GroupState.FUSED) && asleep(groups));
            pause(SETTLE);
            progress.step("measuring the same load with the fused workload");
            load.enter(Phase.AFTER);
            Measured fused = measure(load, groups);
            if (!keep) {
                load.enter(Phase.UNFUSING);
                progress.step("taking the fusion back under the same load");
                control.groups().forEach(group -> control.unfuse(group.name()));
                await(load, "the unfused state", LONGEST_UNFUSE, () -> reached(control, GroupState.UNFUSED));
                pause(SETTLE);
            }
            LoadResult result = load.stop();
            result.examples().forEach(progress::note);
            return DemoReport.of(new DemoMeasurements(
                    application.name(),
                    result,
                    firstFused(groups, result.firstRequestAt()),
                    Duration.between(begun, clock.instant()),
                    groups,
                    hops(groups, apart.calls(), fused.calls()),
                    apart.side(),
                    fused.side(),
                    images(before)));
        }
    }

    private Measured measure(LoadGenerator load, List<PlannedGroup> groups) {
        Instant from = clock.instant();
        List<UsageSample> samples = new ArrayList<>();
        while (Duration.between(from, clock.instant()).compareTo(MEASURE) < 0) {
            samples.add(new UsageSample(clock.instant(), platform.usage()));
            progress.load(load.snapshot());
            pause(SAMPLE_EVERY);
        }
        // What the proxies saw comes a little later than it happened.
        pause(SETTLE);
        Instant to = from.plus(MEASURE);
        CallObservations calls = server.collector().observe(Duration.between(from, clock.instant()));
        return new Measured(new MeasuredSide(samples, BusyTime.byWorkload(buckets(from, to), groups, MEASURE)), calls);
    }

    private List<ArmBucket> buckets(Instant from, Instant to) {
        Collector collector = server.collector();
        List<String> callers = new ArrayList<>(application.services().keySet());
        callers.add(GATEWAY);
        List<ArmBucket> buckets = new ArrayList<>();
        for (String callee : application.services().keySet()) {
            callers.forEach(caller -> buckets.addAll(collector.arms(caller, callee, from, to)));
        }
        return buckets;
    }

    private Plan requirePlan() {
        Plan chosen = server.plan();
        if (chosen == null) {
            throw new CommandException("SNT1010", "plan: none, although a group was proposed. Please report this");
        }
        return chosen;
    }

    /** The proposed groups as planned, and every other function alone. */
    private static List<PlannedGroup> carriedOut(Plan chosen, List<GroupStatus> proposed) {
        List<String> names = proposed.stream().map(GroupStatus::name).toList();
        return chosen.groups().stream()
                .filter(group -> group.members().size() == 1 || names.contains(group.name()))
                .toList();
    }

    private @Nullable Instant firstFused(List<PlannedGroup> groups, Instant from) {
        return groups.stream()
                .flatMap(group -> group.members().stream())
                .flatMap(callee -> server.collector().arms(callee, from, clock.instant()).stream())
                .filter(bucket -> !bucket.arm().equals(ArmBucket.ORIGINAL))
                .map(ArmBucket::firstSeen)
                .min(Instant::compareTo)
                .orElse(null);
    }

    private static List<DemoResult.Hop> hops(
            List<PlannedGroup> groups, CallObservations apart, CallObservations fused) {
        return groups.stream()
                .flatMap(group -> group.local().stream())
                .map(pair -> new DemoResult.Hop(
                        pair.from(),
                        pair.to(),
                        hop(apart, pair.from(), pair.to(), ObservedEdge::remoteHop),
                        hop(fused, pair.from(), pair.to(), ObservedEdge::localHop)))
                .toList();
    }

    private static @Nullable HopMs hop(
            CallObservations calls, String from, String to, Function<ObservedEdge, @Nullable Quantiles> side) {
        return calls.edges().stream()
                .filter(edge -> edge.from().equals(from) && edge.to().equals(to))
                .map(side)
                .filter(quantiles -> quantiles != null)
                .findFirst()
                .map(quantiles -> new HopMs(quantiles.p50Ms(), quantiles.p95Ms(), quantiles.p99Ms()))
                .orElse(null);
    }

    private Map<String, String> digests() {
        Map<String, String> digests = new HashMap<>();
        platform.list().forEach(workload -> {
            if (application.services().containsKey(workload.name())) {
                digests.put(workload.name(), platform.image(workload.image()).digest());
            }
        });
        return digests;
    }

    private List<DemoResult.FunctionImage> images(Map<String, String> before) {
        Map<String, String> after = digests();
        return before.keySet().stream()
                .sorted()
                .map(name ->
                        new DemoResult.FunctionImage(name, before.getOrDefault(name, ""), after.getOrDefault(name, "")))
                .toList();
    }

    /** @throws CommandException {@code SNT1011} as soon as a group has failed: it will not get there by itself */
    private static boolean reached(ControlApi control, GroupState state) {
        for (GroupStatus group : control.groups()) {
            if (group.state() == GroupState.FAILED) {
                throw new CommandException(
                        "SNT1011",
                        "group " + group.name() + ": went back to its originals (" + group.reasonCode() + " "
                                + group.reason() + ")");
            }
        }
        return control.groups().stream().allMatch(group -> group.state() == state);
    }

    /** The originals are stopped a little after the last of the traffic has left them. */
    private boolean asleep(List<PlannedGroup> groups) {
        return platform.list().stream()
                .filter(workload -> groups.stream()
                        .anyMatch(group ->
                                group.members().size() > 1 && group.homes().contains(workload.name())))
                .noneMatch(Workload::running);
    }

    private void await(LoadGenerator load, String what, Duration longest, BooleanSupplier reached) {
        Instant deadline = clock.instant().plus(longest);
        while (!reached.getAsBoolean()) {
            if (clock.instant().isAfter(deadline)) {
                throw new CommandException(
                        "SNT1012",
                        what + ": not there after " + longest.toSeconds() + " s. Groups: "
                                + server.control().groups() + ". Maybe the machine is too busy");
            }
            progress.load(load.snapshot());
            pause(Duration.ofMillis(250));
        }
    }

    private static void pause(Duration duration) {
        try {
            TimeUnit.NANOSECONDS.sleep(duration.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException("SNT1013", "interrupted");
        }
    }
}
