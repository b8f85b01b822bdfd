package dev.sinter.planner.hysteresis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinter.planner.hysteresis.ProbeSchedule.Reading;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ProbeScheduleTest {
    private final ProbeSchedule schedule = ProbeSchedule.DEFAULT;

    @Test
    void probesThatConfirmEachOther_becomeRarerUpToTheLongestWait() {
        assertThat(schedule.due(Instant.EPOCH, 0)).isEqualTo(Instant.EPOCH.plus(Duration.ofHours(1)));
        assertThat(schedule.due(Instant.EPOCH, 3)).isEqualTo(Instant.EPOCH.plus(Duration.ofHours(8)));
        assertThat(schedule.due(Instant.EPOCH, 10_000)).isEqualTo(Instant.EPOCH.plus(Duration.ofHours(24)));
    }

    @Test
    void loadOrSpeedThatLeftWhatWasMeasured_isADoubt() {
        Reading then = new Reading(10, 50);
        assertThat(schedule.isDoubtful(then, new Reading(21, 50))).isTrue();
        assertThat(schedule.isDoubtful(then, new Reading(4.9, 50))).isTrue();
        assertThat(schedule.isDoubtful(then, new Reading(10, 66))).isTrue();
        assertThat(schedule.isDoubtful(then, new Reading(15, 40))).isFalse();
    }
}
