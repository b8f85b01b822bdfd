package dev.sinter.planner.hysteresis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinter.planner.judge.ArmBucket;
import dev.sinter.planner.judge.PairedBucket;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HoldOutTest {
    private static final int A_DAY = 8_640;
    private static final int RUNS = 100;

    @Test
    void aFusedArmThatStaysATenthFaster_neverAlarms() {
        assertThat(alarmed(-0.1, 0)).isZero();
    }

    @Test
    void noDifference_hardlyEverAlarmsWithinADay() {
        assertThat(alarmed(0, 0)).isLessThanOrEqualTo(RUNS / 20);
    }

    @Test
    void noDifference_differencesThatResembleTheirPredecessors_rarelyAlarmsWithinADay() {
        assertThat(alarmed(0, 0.3)).isLessThanOrEqualTo(RUNS / 10);
    }

    @Test
    void aFifthSlowerAfterADayOfGain_alarmsWithinMinutes() {
        int[] buckets = new int[RUNS];
        for (int run = 0; run < RUNS; run++) {
            Arms arms = new Arms(run, 0);
            HoldOut holdOut = new HoldOut(0.02);
            for (int i = 0; i < A_DAY; i++) {
                holdOut.add(arms.next(-0.1));
            }
            while (!holdOut.add(arms.next(Math.log(1.2)))) {
                buckets[run]++;
            }
        }
        Arrays.sort(buckets);
        assertThat(buckets[RUNS / 2]).as("median buckets of 10 s").isLessThanOrEqualTo(60);
    }

    @Test
    void oneTerribleBucket_alarmsNobody() {
        HoldOut holdOut = new HoldOut(0.02);
        Arms arms = new Arms(1, 0);
        for (int i = 0; i < 100; i++) {
            holdOut.add(arms.next(-0.05));
        }
        assertThat(holdOut.add(arms.next(3))).isFalse();
    }

    @Test
    void bucketsWithoutRequestsOfOneArm_sayNothing() {
        HoldOut holdOut = new HoldOut(0.02);
        ArmBucket none = new ArmBucket(0, 0, 0, 0, 0, 0);
        ArmBucket some = new ArmBucket(50, 0, 200, 810, 90, 1);
        holdOut.add(new PairedBucket(Instant.EPOCH, Duration.ofSeconds(10), 0.99, none, some));
        assertThat(holdOut.buckets()).isZero();
        assertThat(holdOut.isAlarmed()).isFalse();
    }

    private static int alarmed(double effect, double autocorrelation) {
        int alarmed = 0;
        for (int run = 0; run < RUNS; run++) {
            Arms arms = new Arms(run, autocorrelation);
            HoldOut holdOut = new HoldOut(0.02);
            boolean ever = false;
            for (int i = 0; i < A_DAY && !ever; i++) {
                ever = holdOut.add(arms.next(effect));
            }
            alarmed += ever ? 1 : 0;
        }
        return alarmed;
    }

    /** 400 requests a bucket, a fiftieth of them held out; a common shock, and noise of the pair that stays a while. */
    private static final class Arms {
        private static final double DEVIATION = 0.5;
        private final Random random;
        private final double autocorrelation;
        private double noise;

        Arms(long seed, double autocorrelation) {
            random = new Random(seed);
            this.autocorrelation = autocorrelation;
        }

        PairedBucket next(double effect) {
            double shock = 4 + 0.3 * random.nextGaussian();
            double fresh = Math.sqrt(1 - autocorrelation * autocorrelation);
            noise = autocorrelation * noise + fresh * random.nextGaussian();
            ArmBucket original = arm(8, shock + noise * DEVIATION / Math.sqrt(8));
            ArmBucket fused = arm(392, shock + effect);
            return new PairedBucket(Instant.EPOCH, Duration.ofSeconds(10), 0.98, original, fused);
        }

        private static ArmBucket arm(int requests, double mean) {
            double squares = requests * mean * mean + (requests - 1) * DEVIATION * DEVIATION;
            return new ArmBucket(requests, 0, requests * mean, squares, Math.exp(mean), 1);
        }
    }
}
