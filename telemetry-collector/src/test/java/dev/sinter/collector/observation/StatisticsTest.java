package dev.sinter.collector.observation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatisticsTest {

    @ParameterizedTest
    @CsvSource({"0, 100, 0.026", "0, 300, 0.0089", "0, 1000, 0.0027", "1, 300, 0.015"})
    void wilson_upperBoundsOfRareEvents(long hits, long trials, double upper) {
        assertThat(Wilson.upper(hits, trials)).isCloseTo(upper, within(0.0005));
    }

    @Test
    void wilson_boundsMirrorEachOther_andKnowNothingOfNothing() {
        assertThat(Wilson.lower(30, 100)).isCloseTo(1 - Wilson.upper(70, 100), within(1e-12));
        assertThat(Wilson.upper(0, 0)).isEqualTo(1);
        assertThat(Wilson.lower(0, 0)).isZero();
    }

    @Test
    void regression_findsTheSlope() {
        Random random = new Random(1);
        Regression regression = new Regression();
        for (int i = 0; i < 1000; i++) {
            double x = random.nextGaussian();
            regression.add(x, 2 * x + random.nextGaussian());
        }
        assertThat(regression.upperSlope(0)).isCloseTo(2, within(0.1));
        assertThat(regression.upperSlope(3)).isCloseTo(2 + 3 / Math.sqrt(1000), within(0.1));
    }

    @Test
    void regression_driftBetweenGroupsIsNoSlope() {
        Random random = new Random(1);
        Regression sum = new Regression();
        for (int load = 0; load < 20; load++) {
            Regression group = new Regression();
            for (int i = 0; i < 50; i++) {
                group.add(100 * load + random.nextGaussian(), 100 * load + random.nextGaussian());
            }
            sum.add(group);
        }
        assertThat(sum.upperSlope(0)).isCloseTo(0, within(0.15));
        assertThat(sum.deviationX()).isCloseTo(1, within(0.1));
        assertThat(sum.count()).isEqualTo(1000);
    }

    @Test
    void regression_withoutSpread_boundsNothing() {
        Regression regression = new Regression();
        for (int i = 0; i < 100; i++) {
            regression.add(5, i);
        }
        assertThat(regression.upperSlope(3)).isInfinite();
    }

    @Test
    void durations_quantilesWithinOnePercent_mergedOrNot() {
        DurationSketch all = new DurationSketch();
        DurationSketch half = new DurationSketch();
        for (int i = 1; i <= 1000; i++) {
            (i % 2 == 0 ? half : all).add(i * 1_000_000L);
        }
        all.add(half);
        assertThat(all.quantileMs(0.5)).isCloseTo(500, within(10.0));
        assertThat(all.quantileMs(0.99)).isCloseTo(990, within(15.0));
        assertThat(all.meanMs()).isCloseTo(500.5, within(1e-6));
    }

    @Test
    void durations_extremesDoNotGrowWithoutBound() {
        DurationSketch sketch = new DurationSketch();
        sketch.add(0);
        sketch.add(Long.MAX_VALUE);
        assertThat(sketch.quantileMs(1)).isCloseTo(Long.MAX_VALUE / 1e6, within(Long.MAX_VALUE / 1e8));
        assertThat(sketch.quantileMs(0)).isZero();
    }
}
