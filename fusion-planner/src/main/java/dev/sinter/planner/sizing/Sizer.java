package dev.sinter.planner.sizing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Finds the cheapest size that keeps a latency objective, from what was measured. Immutable and thread-safe. */
public final class Sizer {
    /** Neighbouring sizes of CPU differ by this factor. */
    private static final double STEP = 1.25;

    private static final double MEMORY_GRAIN_MIB = 16;

    private final SizingPolicy policy;

    public Sizer(SizingPolicy policy) {
        this.policy = policy;
    }

    /**
     * Size of a workload that never ran, from its members' measurements: their working sets without the runtimes that
     * they will share, all their CPU.
     *
     * @param members each as measured alone; at least one
     * @param sharedMiB memory that the members hold twice today
     */
    public Size first(List<Measurement> members, double sharedMiB) {
        double peakMiB = members.stream().mapToDouble(Measurement::peakMiB).sum();
        double largestMiB =
                members.stream().mapToDouble(Measurement::peakMiB).max().orElse(0);
        double used = members.stream().mapToDouble(Measurement::usedMillicores).sum();
        double most = members.stream()
                .mapToDouble(member -> member.size().cpuMillicores())
                .max()
                .orElse(0);
        double cpu = Math.max(most, policy.cpuFactor() * used);
        return new Size(memory(Math.max(largestMiB, peakMiB - sharedMiB)), step(cpu));
    }

    /**
     * The next size of a running workload. CPU goes down by one step at a time, and only where the model says with
     * caution that the objective holds; it goes up at once as far as the model says it must. Memory follows the largest
     * working set ever seen, or grows after an instance ran out of it.
     *
     * @param seen oldest first, the last at the present size; at least one
     * @param objectiveMs the latency to keep
     */
    public Size next(List<Measurement> seen, double objectiveMs) {
        Measurement last = seen.getLast();
        CpuLatency model = CpuLatency.fitted(last);
        double least = leastCpu(seen);
        double present = last.size().cpuMillicores();
        double cpu;
        if (last.latencyMs() > objectiveMs || present < least) {
            cpu = steps().stream()
                    .filter(one -> one >= least && one >= present && model.atMs(one) <= objectiveMs)
                    .findFirst()
                    .orElse(Math.max(present, best(model, least, present)));
        } else {
            cpu = steps().stream()
                    .filter(one -> one < present && one >= least)
                    .filter(one -> model.atMs(one) <= objectiveMs * (1 - policy.caution()))
                    .max(Comparator.naturalOrder())
                    .orElse(present);
        }
        return new Size(memory(seen), cpu);
    }

    /** Whether no size of CPU would keep the objective, as far as the last measurement tells. */
    public boolean isBeyondCpu(List<Measurement> seen, double objectiveMs) {
        return CpuLatency.fitted(seen.getLast()).atMs(policy.largest().cpuMillicores()) > objectiveMs;
    }

    /** The cheapest of {@code sizes} that keep the objective, by the last measurement; where none does, the fastest that helps. */
    public Size cheapest(List<Size> sizes, List<Measurement> seen, double objectiveMs) {
        CpuLatency model = CpuLatency.fitted(seen.getLast());
        double least = leastCpu(seen);
        double memoryMiB = memory(seen);
        return sizes.stream()
                .filter(size -> size.memoryMiB() >= memoryMiB && size.cpuMillicores() >= least)
                .filter(size -> model.atMs(size.cpuMillicores()) <= objectiveMs)
                .min(Comparator.comparingDouble(policy::cost))
                .orElse(new Size(memoryMiB, best(model, least, policy.smallestMillicores())));
    }

    /** The step after which more CPU hardly helps: where no step is enough, more than that would be wasted. */
    private double best(CpuLatency model, double least, double present) {
        double fastest = model.atMs(policy.largest().cpuMillicores());
        if (present >= least && model.atMs(present) <= fastest * (1 + policy.caution())) {
            return present;
        }
        return steps().stream()
                .filter(one -> one >= least && one >= present)
                .filter(one -> model.atMs(one) <= fastest * (1 + policy.caution()))
                .findFirst()
                .orElse(policy.largest().cpuMillicores());
    }

    private double leastCpu(List<Measurement> seen) {
        double used =
                seen.stream().mapToDouble(Measurement::usedMillicores).max().orElse(0);
        return Math.min(policy.largest().cpuMillicores(), policy.cpuFactor() * used);
    }

    private double memory(List<Measurement> seen) {
        double needed = 0;
        for (Measurement one : seen) {
            needed = Math.max(needed, memory(one.peakMiB()));
            if (one.ranOutOfMemory()) {
                needed = Math.max(needed, round(one.size().memoryMiB() * policy.afterOutOfMemory()));
            }
        }
        return needed;
    }

    /** Never below the peak, even where that is beyond the largest size. */
    private double memory(double peakMiB) {
        double wanted = round(Math.max(peakMiB * policy.memoryFactor(), peakMiB + policy.memoryReserveMiB()));
        return Math.max(peakMiB, Math.min(wanted, policy.largest().memoryMiB()));
    }

    private static double round(double memoryMiB) {
        return Math.ceil(memoryMiB / MEMORY_GRAIN_MIB) * MEMORY_GRAIN_MIB;
    }

    private double step(double cpuMillicores) {
        return steps().stream()
                .filter(one -> one >= cpuMillicores)
                .findFirst()
                .orElse(policy.largest().cpuMillicores());
    }

    /** All sizes of CPU, smallest first. */
    private List<Double> steps() {
        List<Double> steps = new ArrayList<>();
        for (double cpu = policy.smallestMillicores(); cpu < policy.largest().cpuMillicores(); cpu *= STEP) {
            steps.add(cpu);
        }
        steps.add(policy.largest().cpuMillicores());
        return steps;
    }
}
