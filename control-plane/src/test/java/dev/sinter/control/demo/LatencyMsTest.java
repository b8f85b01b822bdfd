package dev.sinter.control.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class LatencyMsTest {

    @Test
    void takesTheNearestRank() {
        long[] oneToHundredMs =
                LongStream.rangeClosed(1, 100).map(ms -> (101 - ms) * 1_000_000).toArray();

        assertThat(LatencyMs.ofNanos(oneToHundredMs)).isEqualTo(new LatencyMs(50, 95, 99));
    }

    @Test
    void isTheOnlyValueWhereThereIsOne() {
        assertThat(LatencyMs.ofNanos(new long[] {7_500_000})).isEqualTo(new LatencyMs(7.5, 7.5, 7.5));
    }

    @Test
    void isZeroWithoutValues() {
        assertThat(LatencyMs.ofNanos(new long[0])).isEqualTo(new LatencyMs(0, 0, 0));
    }
}
