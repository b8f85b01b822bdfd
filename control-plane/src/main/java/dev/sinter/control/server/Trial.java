package dev.sinter.control.server;

import dev.sinter.collector.Collector;
import dev.sinter.collector.observation.ArmBucket;
import dev.sinter.control.lifecycle.GroupStatus;
import dev.sinter.control.lifecycle.Lifecycle;
import dev.sinter.control.lifecycle.LifecycleException;
import dev.sinter.control.platform.Usage;
import dev.sinter.planner.hysteresis.HoldOut;
import dev.sinter.planner.judge.Judge;
import dev.sinter.planner.judge.Judgement;
import dev.sinter.planner.judge.PairedBucket;
import dev.sinter.planner.judge.Verdict;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The comparison of both arms while traffic is shared: feeds the judge with what callers saw and what each arm costs,
 * and holds every share until it may go on. Evidence of earlier shares counts.
 */
final class Trial {

    private static final Logger log = LoggerFactory.getLogger(Trial.class);

    private static final double BYTES_PER_GIB = 1024.0 * 1024.0 * 1024.0;
    private static final double MILLIS_PER_SECOND = 1000;

    /** Share of failed calls at 100 %, where there is nothing to compare with, that sends a group back. */
    private static final double WORST_ERROR_SHARE = 0.02;

    private final Collector collector;
    private final UsageHistory usage;
    private final FusionPolicy policy;
    private final Duration lateness;
    private final Clock clock;
    private final Pause pause;
    private final Map<String, Judge> judges = new ConcurrentHashMap<>();
    private final Map<String, HoldOut> holdOuts = new ConcurrentHashMap<>();

    Trial(Collector collector, UsageHistory usage, FusionPolicy policy, Duration lateness, Clock clock, Pause pause) {
        this.collector = collector;
        this.usage = usage;
        this.policy = policy;
        this.lateness = lateness;
        this.clock = clock;
        this.pause = pause;
    }

    /**
     * Returns when the present share has been held long enough and the verdict allows the next one.
     *
     * @throws LifecycleException {@code SNT0816} if the fused arm is worse, {@code SNT0817} if no gain shows in time
     */
    void hold(GroupStatus group, BooleanSupplier cancelled) {
        int percent = group.fusedPercent();
        if (percent == Lifecycle.SHIFT_PERCENTS.getFirst()) {
            judges.remove(group.name());
            holdOuts.remove(group.name());
        }
        Judge judge = judges.computeIfAbsent(group.name(), name -> new Judge(policy.judge()));
        boolean needsVerdict = percent == lastSharedPercent();
        Instant start = clock.instant();
        Instant fed = start;
        while (!cancelled.getAsBoolean()) {
            pause.of(policy.bucket());
            Instant complete = clock.instant().minus(lateness);
            Instant until = complete.isBefore(fed) ? fed : complete;
            fed = percent < 100 ? feed(judge::add, group, fed, until) : checkErrors(group, fed, until);
            Judgement judgement = judge.latest();
            if (judgement.verdict() == Verdict.WORSE) {
                throw new LifecycleException("SNT0816", "The fused workload is worse: " + judgement.reason());
            }
            Duration held = Duration.between(start, clock.instant());
            boolean longEnough = held.compareTo(policy.hold()) >= 0;
            if (longEnough && (!needsVerdict || judgement.verdict() == Verdict.BETTER)) {
                log.info(
                        "group {}: {} % held for {} s, verdict {}", group.name(), percent, held.toSeconds(), judgement);
                return;
            }
            if (held.compareTo(policy.maxHold()) >= 0) {
                throw new LifecycleException(
                        "SNT0817",
                        "No gain shows after " + held.toSeconds() + " s at " + percent + " %: " + judgement.reason());
            }
        }
    }

    /**
     * Compares both arms for as long as the schedule says. What probes of a group find adds up.
     *
     * @throws LifecycleException {@code SNT0829} if the fused arm is worse by now
     */
    void probe(GroupStatus group, BooleanSupplier cancelled) {
        Judge judge = new Judge(policy.judge());
        HoldOut holdOut = holdOuts.computeIfAbsent(
                group.name(), name -> new HoldOut(policy.hysteresis().leaveMargin()));
        Instant start = clock.instant();
        Instant fed = start;
        while (!cancelled.getAsBoolean()
                && Duration.between(start, clock.instant())
                                .compareTo(policy.probes().length())
                        < 0) {
            pause.of(policy.bucket());
            Instant complete = clock.instant().minus(lateness);
            fed = feed(
                    bucket -> {
                        judge.add(bucket);
                        holdOut.add(bucket);
                    },
                    group,
                    fed,
                    complete.isBefore(fed) ? fed : complete);
            Judgement judgement = judge.latest();
            if (judgement.verdict() == Verdict.WORSE || holdOut.isAlarmed()) {
                String why = holdOut.isAlarmed()
                        ? "slower than its originals"
                        : judgement.reason().toString();
                throw new LifecycleException("SNT0829", "The fused workload is worse by now: " + why);
            }
        }
        log.info("group {}: probed, {}", group.name(), judge.latest());
    }

    private List<ArmBucket> arms(String callee, Instant from, Instant until) {
        return from.isBefore(until) ? collector.arms(callee, from, until) : List.of();
    }

    private static int lastSharedPercent() {
        return Lifecycle.SHIFT_PERCENTS.stream()
                .filter(percent -> percent < 100)
                .reduce(0, Math::max);
    }

    /** Gives every complete bucket to the judge in [from, until); returns where to go on. */
    private Instant feed(Consumer<PairedBucket> judge, GroupStatus group, Instant from, Instant until) {
        Map<Instant, List<ArmBucket>> originals = new HashMap<>();
        Map<Instant, List<ArmBucket>> fused = new HashMap<>();
        List<Instant> starts = new ArrayList<>();
        for (String entry : group.entries()) {
            for (ArmBucket bucket : arms(entry, from, until)) {
                Instant end = bucket.start().plus(bucket.length());
                if (bucket.start().isBefore(from) || end.isAfter(until) || !bucket.complete()) {
                    continue;
                }
                Map<Instant, List<ArmBucket>> side = bucket.arm().equals(ArmBucket.ORIGINAL) ? originals : fused;
                side.computeIfAbsent(bucket.start(), start -> new ArrayList<>()).add(bucket);
                if (!starts.contains(bucket.start())) {
                    starts.add(bucket.start());
                }
            }
        }
        starts.sort(null);
        Instant next = from;
        for (Instant start : starts) {
            List<ArmBucket> original = originals.getOrDefault(start, List.of());
            List<ArmBucket> other = fused.getOrDefault(start, List.of());
            Duration length = (original.isEmpty() ? other : original).getFirst().length();
            judge.accept(new PairedBucket(
                    start,
                    length,
                    group.fusedPercent() / 100.0,
                    arm(original, originalGbSeconds(group, start, length)),
                    arm(other, fusedGbSeconds(group, other))));
            next = start.plus(length);
        }
        return next;
    }

    /** Every member's memory for as long as each of its own requests took: callers that wait are paid for as well. */
    private double originalGbSeconds(GroupStatus group, Instant start, Duration length) {
        double sum = 0;
        for (String member : group.members()) {
            double busyMs = collector.arms(member, start, start.plus(length)).stream()
                    .filter(bucket -> bucket.arm().equals(ArmBucket.ORIGINAL)
                            && bucket.start().equals(start))
                    .mapToDouble(ArmBucket::sumMs)
                    .sum();
            sum += gib(member) * busyMs / MILLIS_PER_SECOND;
        }
        return sum;
    }

    private double fusedGbSeconds(GroupStatus group, List<ArmBucket> buckets) {
        double busyMs = buckets.stream().mapToDouble(ArmBucket::sumMs).sum();
        return gib("fused-" + group.name()) * busyMs / MILLIS_PER_SECOND;
    }

    private double gib(String workload) {
        Usage newest = usage.newest(workload);
        return newest == null ? 0 : newest.functionBytes() / BYTES_PER_GIB;
    }

    private static dev.sinter.planner.judge.ArmBucket arm(List<ArmBucket> buckets, double gbSeconds) {
        return new dev.sinter.planner.judge.ArmBucket(
                buckets.stream().mapToLong(ArmBucket::count).sum(),
                buckets.stream().mapToLong(ArmBucket::errors).sum(),
                buckets.stream().mapToDouble(ArmBucket::sumLogMs).sum(),
                buckets.stream().mapToDouble(ArmBucket::sumSquaredLogMs).sum(),
                buckets.stream().mapToDouble(ArmBucket::p99Ms).max().orElse(0),
                gbSeconds);
    }

    private Instant checkErrors(GroupStatus group, Instant from, Instant until) {
        long count = 0;
        long errors = 0;
        for (String entry : group.entries()) {
            for (ArmBucket bucket : arms(entry, from, until)) {
                count += bucket.count();
                errors += bucket.errors();
            }
        }
        if (errors > WORST_ERROR_SHARE * count) {
            throw new LifecycleException("SNT0816", "The fused workload fails " + errors + " of " + count + " calls");
        }
        return from;
    }
}
