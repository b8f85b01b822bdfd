package dev.sinter.control.demo;

import dev.sinter.control.platform.Usage;
import dev.sinter.control.platform.Workload;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Turns what a demonstration measured into its result. */
public final class DemoReport {

    private static final double MIB = 1 << 20;

    private DemoReport() {}

    /** The result; pure, so that anyone can recompute it from the measurements. */
    public static DemoResult of(DemoMeasurements measurements) {
        LoadResult load = measurements.load();
        Double secondsToFused = measurements.firstFusedAt() == null
                ? null
                : seconds(Duration.between(load.firstRequestAt(), measurements.firstFusedAt()));
        List<DemoResult.Hop> localHops = measurements.hops().stream()
                .filter(hop -> measurements.groups().stream()
                        .flatMap(group -> group.local().stream())
                        .anyMatch(pair ->
                                pair.from().equals(hop.from()) && pair.to().equals(hop.to())))
                .toList();
        return new DemoResult(
                measurements.application(),
                load.failed(),
                load.differing(),
                load.requests(),
                secondsToFused,
                seconds(measurements.total()),
                measurements.groups(),
                localHops,
                side(load.phases().get(Phase.BEFORE), measurements.before()),
                side(load.phases().get(Phase.AFTER), measurements.after()),
                measurements.images());
    }

    private static DemoResult.Side side(@Nullable PhaseLoad load, MeasuredSide measured) {
        LatencyMs latencyMs = load == null ? new LatencyMs(0, 0, 0) : load.latencyMs();
        double ratePerSecond = load == null ? 0 : load.ratePerSecond();
        Map<String, Double> functionMiB = meanMiB(measured.usage(), Usage::functionBytes);
        Map<String, Double> sidecarMiB = meanMiB(measured.usage(), DemoReport::sidecarBytes);
        double functions = sum(functionMiB.values());
        double sidecars = sum(sidecarMiB.values());
        double gbSecondsPerSecond = functionMiB.entrySet().stream()
                .mapToDouble(workload ->
                        workload.getValue() / 1024 * measured.busyByWorkload().getOrDefault(workload.getKey(), 0.0))
                .sum();
        return new DemoResult.Side(
                latencyMs,
                ratePerSecond,
                new DemoResult.MemoryMiB(functions, sidecars, functions + sidecars),
                instances(measured.usage()),
                cpuMillicores(measured.usage()),
                ratePerSecond == 0 ? 0 : gbSecondsPerSecond / ratePerSecond);
    }

    /** The gateway is how traffic enters, no function's sidecar, and the same before and after. */
    private static long sidecarBytes(Usage usage) {
        return usage.role() == Workload.Role.GATEWAY ? 0 : usage.sidecarBytes();
    }

    /** Mean over all samples; a workload missing from a sample used nothing then. */
    private static Map<String, Double> meanMiB(List<UsageSample> samples, ToDoubleFunction<Usage> bytes) {
        return samples.stream()
                .flatMap(sample -> sample.workloads().stream())
                .collect(Collectors.groupingBy(
                        Usage::workload,
                        Collectors.summingDouble(usage -> bytes.applyAsDouble(usage) / MIB / samples.size())));
    }

    private static int instances(List<UsageSample> samples) {
        if (samples.isEmpty()) {
            return 0;
        }
        return (int) samples.getLast().workloads().stream()
                .filter(usage -> usage.role() != Workload.Role.GATEWAY)
                .count();
    }

    /** Processor time between neighbouring samples; a workload that started anew between two counts from 0. */
    private static double cpuMillicores(List<UsageSample> samples) {
        if (samples.size() < 2) {
            return 0;
        }
        double cpuSeconds = 0;
        Map<String, Double> last = new HashMap<>();
        for (UsageSample sample : samples) {
            for (Usage usage : sample.workloads()) {
                double now = seconds(usage.functionCpu().plus(usage.sidecarCpu()));
                Double previous = last.put(usage.workload(), now);
                if (previous != null) {
                    cpuSeconds += now >= previous ? now - previous : now;
                }
            }
        }
        double length = seconds(
                Duration.between(samples.getFirst().at(), samples.getLast().at()));
        return length == 0 ? 0 : 1000 * cpuSeconds / length;
    }

    private static double sum(Collection<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).sum();
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
