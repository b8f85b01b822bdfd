package dev.sinter.control.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinter.collector.observation.ArmBucket;
import dev.sinter.planner.plan.PlannedGroup;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class BusyTimeTest {

    private static final Duration WINDOW = Duration.ofSeconds(10);

    private final List<PlannedGroup> groups = Samples.measurements().groups();

    @Test
    void addsUpTheCallsThatEnterAWorkload() {
        assertThat(BusyTime.byWorkload(
                        List.of(
                                call("gateway", "a", ArmBucket.ORIGINAL, 20_000),
                                call("gateway", "a", ArmBucket.ORIGINAL, 30_000),
                                call("a", "b", ArmBucket.ORIGINAL, 10_000)),
                        groups,
                        WINDOW))
                .containsOnly(Map.entry("a", 5.0), Map.entry("b", 1.0));
    }

    @Test
    void leavesOutCallsThatStayInsideButNotTheSameCallsFromElsewhere() {
        assertThat(BusyTime.byWorkload(
                        List.of(
                                call("gateway", "a", "fused-g1", 20_000),
                                call("a", "b", "fused-g1", 19_000),
                                call("c", "b", "fused-g1", 5_000)),
                        groups,
                        WINDOW))
                .containsOnly(Map.entry("fused-g1", 2.5));
    }

    @Test
    void billsALocalPairsCallThatWasSpilledToTheOriginal() {
        assertThat(BusyTime.byWorkload(List.of(call("a", "b", ArmBucket.ORIGINAL, 1_000)), groups, WINDOW))
                .containsOnly(Map.entry("b", 0.1));
    }

    @Test
    void refusesAnEmptyWindow() {
        assertThatThrownBy(() -> BusyTime.byWorkload(List.of(), groups, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static ArmBucket call(String caller, String callee, String arm, double sumMs) {
        return new ArmBucket(
                caller,
                callee,
                arm,
                Samples.START,
                WINDOW,
                10,
                0,
                sumMs,
                0,
                0,
                0,
                0,
                0,
                Samples.START,
                Samples.START,
                true);
    }
}
