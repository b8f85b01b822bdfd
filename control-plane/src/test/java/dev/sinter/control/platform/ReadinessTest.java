package dev.sinter.control.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinter.control.compose.Service.Healthcheck;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class ReadinessTest {

    @Property(tries = 200)
    void comesBackFromItsLabel(
            @ForAll @Size(max = 4) List<String> argv,
            @ForAll @Size(max = 5) List<@IntRange(min = 1, max = 65535) Integer> ports) {
        for (Readiness readiness : List.of(
                new Readiness.Passing(argv, 100, 2000, 30_000),
                new Readiness.Listening(ports),
                new Readiness.HttpReady(15020))) {
            assertThat(Readiness.parse(readiness.text())).isEqualTo(readiness);
        }
    }

    @Test
    void aHealthCheckIsGivenItsStartPeriodAndAllItsRetries() {
        Healthcheck check =
                new Healthcheck(List.of("x"), Duration.ofSeconds(10), Duration.ofSeconds(5), 3, Duration.ofSeconds(40));

        assertThat(Readiness.Passing.of(check).allowed()).isEqualTo(Duration.ofSeconds(85));
    }

    @Test
    void waitingIsBoundedWhateverTheFileSays() {
        Healthcheck check =
                new Healthcheck(List.of("x"), Duration.ofDays(300), Duration.ofDays(300), 1000, Duration.ofDays(300));

        assertThat(Readiness.Passing.of(check).allowed()).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void aLabelOfSomeoneElseIsRefused() {
        assertThatThrownBy(() -> Readiness.parse("soon")).isInstanceOf(IllegalArgumentException.class);
    }
}
