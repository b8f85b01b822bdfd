package dev.sinter.planner.sizing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinter.planner.graph.PlanningException;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class SizerTest {
    private final Sizer sizer = new Sizer(SizingPolicy.DEFAULT);

    @Property
    void memoryIsNeverBelowAnyPeakEverSeen(
            @ForAll @DoubleRange(max = 20_000) double early, @ForAll @DoubleRange(max = 20_000) double late) {
        List<Measurement> seen = List.of(measured(1000, early, 100, 10, 50), measured(1000, late, 100, 10, 50));
        assertThat(sizer.next(seen, 100).memoryMiB()).isGreaterThanOrEqualTo(Math.max(early, late));
    }

    @Property
    void aSizeIsNeverBelowTheCpuInUse(
            @ForAll @DoubleRange(min = 50, max = 4000) double present,
            @ForAll @DoubleRange(max = 3000) double used,
            @ForAll @DoubleRange(min = 1, max = 1000) double objective) {
        Size next = sizer.next(List.of(measured(present, 100, used, 10, 50)), objective);
        assertThat(next.cpuMillicores()).isGreaterThanOrEqualTo(Math.min(used, 4000));
    }

    @Property
    void aLooserObjectiveNeverCostsMore(
            @ForAll @DoubleRange(min = 50, max = 4000) double present,
            @ForAll @DoubleRange(max = 500) double used,
            @ForAll @DoubleRange(min = 1, max = 200) double cpuMs,
            @ForAll @DoubleRange(min = 1, max = 500) double objective) {
        List<Measurement> seen = List.of(measured(present, 100, used, cpuMs, 300));
        List<Size> sizes = List.of(new Size(256, 250), new Size(256, 500), new Size(256, 1000), new Size(256, 2000));
        SizingPolicy policy = SizingPolicy.DEFAULT;
        Size tight = sizer.cheapest(sizes, seen, objective);
        Size loose = sizer.cheapest(sizes, seen, 2 * objective);
        if (sizes.contains(tight)) {
            assertThat(policy.cost(loose)).isLessThanOrEqualTo(policy.cost(tight));
        }
    }

    @Property
    void stepByStep_anApplicationThatObeysTheModel_settlesWhereTheObjectiveHolds(
            @ForAll @DoubleRange(max = 300) double used,
            @ForAll @DoubleRange(min = 1, max = 100) double cpuMs,
            @ForAll @DoubleRange(max = 200) double waiting,
            @ForAll @DoubleRange(min = 1.3, max = 5) double slack) {
        CpuLatency truth = new CpuLatency(waiting, cpuMs, used);
        double objective = truth.atMs(4000) * slack;
        List<Measurement> seen = new ArrayList<>();
        double cpu = 4000;
        for (int i = 0; i < 40; i++) {
            seen.add(new Measurement(new Size(256, cpu), 100, false, used, cpuMs, truth.atMs(cpu)));
            double next = sizer.next(seen, objective).cpuMillicores();
            assertThat(truth.atMs(next)).isLessThanOrEqualTo(objective);
            assertThat(next).as("one step at a time").isBetween(cpu / 1.26, cpu);
            cpu = next;
        }
        assertThat(sizer.next(seen, objective).cpuMillicores()).as("settled").isEqualTo(cpu);
    }

    @Test
    void tooSlow_growsAtOnceAsFarAsTheModelSays() {
        Measurement slow = measured(100, 100, 60, 20, 520);
        Size next = sizer.next(List.of(slow), 50);
        assertThat(next.cpuMillicores()).isGreaterThan(400);
        assertThat(new CpuLatency(20, 20, 60).atMs(next.cpuMillicores())).isLessThanOrEqualTo(50);
    }

    @Test
    void waitingOnly_isNotAnsweredWithCpu() {
        Measurement waits = measured(500, 100, 5, 0.1, 900);
        assertThat(sizer.isBeyondCpu(List.of(waits), 100)).isTrue();
        assertThat(sizer.next(List.of(waits), 100).cpuMillicores()).isEqualTo(500);
    }

    @Test
    void runningOutOfMemory_growsIt() {
        Measurement killed = new Measurement(new Size(200, 1000), 199, true, 10, 1, 10);
        assertThat(sizer.next(List.of(killed), 100).memoryMiB()).isGreaterThanOrEqualTo(300);
    }

    @Test
    void theFirstSize_sharesRuntimesButHoldsTheLargestMember() {
        Size size = sizer.first(List.of(measured(100, 40, 30, 1, 5), measured(200, 40, 30, 1, 5)), 20);
        assertThat(size.memoryMiB()).isEqualTo(80);
        assertThat(size.cpuMillicores()).isGreaterThanOrEqualTo(200);
    }

    @Test
    void cheapest_keepsTheLatencyObjective() {
        List<Size> sizes = List.of(new Size(128, 250), new Size(128, 1000), new Size(512, 250), new Size(512, 1000));
        List<Measurement> seen = List.of(measured(1000, 100, 50, 30, 50));
        assertThat(sizer.cheapest(sizes, seen, 60)).isEqualTo(new Size(128, 1000));
        assertThat(sizer.cheapest(sizes, seen, 500)).isEqualTo(new Size(128, 250));
    }

    @Test
    void figuresThatNoMeasurementYields_areRefused() {
        assertThatThrownBy(() -> measured(100, Double.NaN, 1, 1, 1))
                .isInstanceOf(PlanningException.class)
                .hasMessageStartingWith("SNT0301");
    }

    private static Measurement measured(double cpu, double peakMiB, double used, double cpuMs, double latencyMs) {
        return new Measurement(new Size(256, cpu), peakMiB, false, used, cpuMs, latencyMs);
    }
}
