package dev.sinter.control.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class DemoReportTest {

    private final DemoResult result = DemoReport.of(Samples.measurements());

    @Test
    void averagesMemoryOverTheSamplesAndLeavesTheGatewayOut() {
        assertThat(result.before().memoryMiB()).isEqualTo(new DemoResult.MemoryMiB(100, 80, 180));
    }

    @Test
    void countsAWorkloadOnlyForTheSamplesItIsIn() {
        assertThat(result.after().memoryMiB()).isEqualTo(new DemoResult.MemoryMiB(94, 60, 154));
        assertThat(result.after().instances()).isEqualTo(1);
    }

    @Test
    void countsProcessorTimeBetweenSamples() {
        assertThat(result.before().cpuMillicores()).isEqualTo(600);
        assertThat(result.after().cpuMillicores()).isEqualTo(400);
    }

    @Test
    void countsProcessorTimeFromZeroWhereAWorkloadStartedAnew() {
        MeasuredSide restarted = new MeasuredSide(
                List.of(
                        new UsageSample(Samples.START, List.of(Samples.function("a", 1, 50))),
                        new UsageSample(Samples.START.plusSeconds(10), List.of(Samples.function("a", 1, 2)))),
                Map.of());

        assertThat(before(restarted).cpuMillicores()).isEqualTo(200);
    }

    @Test
    void billsMemoryForTheTimeRequestsAreInside() {
        assertThat(result.before().gbSecondsPerRequest())
                .isCloseTo((42.0 / 1024 * 10 + 58.0 / 1024 * 8) / 20, within(1e-12));
        assertThat(result.after().gbSecondsPerRequest()).isCloseTo(64.0 / 1024 * 10 / 20, within(1e-12));
    }

    @Test
    void tellsHopsOfLocalPairsOnly() {
        assertThat(result.hops()).extracting(DemoResult.Hop::to).containsExactly("b");
    }

    @Test
    void measuresTimeToFusedFromTheFirstRequest() {
        assertThat(result.secondsToFused()).isEqualTo(45.0);
        assertThat(result.secondsTotal()).isEqualTo(180.0);
    }

    @Test
    void survivesThatNothingWasMeasured() {
        DemoMeasurements nothing = new DemoMeasurements(
                "tree",
                new LoadResult(Samples.START, Map.of(), List.of(), List.of()),
                null,
                Duration.ZERO,
                List.of(),
                List.of(),
                new MeasuredSide(List.of(), Map.of()),
                new MeasuredSide(List.of(), Map.of()),
                List.of());

        DemoResult empty = DemoReport.of(nothing);

        assertThat(empty.secondsToFused()).isNull();
        assertThat(empty.before()).isEqualTo(empty.after());
        assertThat(DemoTable.render(empty)).contains("nothing was fused");
    }

    private static DemoResult.Side before(MeasuredSide side) {
        DemoMeasurements all = Samples.measurements();
        return DemoReport.of(new DemoMeasurements(
                        all.application(),
                        all.load(),
                        all.firstFusedAt(),
                        all.total(),
                        all.groups(),
                        all.hops(),
                        side,
                        all.after(),
                        all.images()))
                .before();
    }
}
