package dev.sinter.planner.judge;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class JudgeTest {
    private final Judge judge = new Judge(JudgePolicy.DEMO);
    private int second;

    @Test
    void onlyFailuresInTheFusedArm_stopTheShiftWithinThreeBucketsOfAFewRequests() {
        add(0.05, arm(38, 0, 500, 0.1), arm(2, 2, 500, 0.1));
        add(0.05, arm(38, 0, 500, 0.1), arm(2, 2, 500, 0.1));
        Judgement judgement = add(0.05, arm(38, 0, 500, 0.1), arm(2, 2, 500, 0.1));
        assertThat(judgement.verdict()).isEqualTo(Verdict.WORSE);
        assertThat(judgement.reason()).isEqualTo(JudgeReason.ERROR_BURST);
    }

    @Test
    void aBurstInTheMiddleOfACleanShift_stopsItWithinThreeBuckets() {
        for (int i = 0; i < 20; i++) {
            add(0.25, arm(30, 0, 500, 0.1), arm(10, 0, 500, 0.1));
        }
        Judgement judgement = judge.latest();
        for (int i = 0; i < 3; i++) {
            judgement = add(0.25, arm(30, 0, 500, 0.1), arm(10, 10, 500, 0.1));
        }
        assertThat(judgement.verdict()).isEqualTo(Verdict.WORSE);
    }

    @Test
    void failuresCommonToBothArms_areNobodysFault() {
        Judgement judgement = judge.latest();
        for (int i = 0; i < 50; i++) {
            int failed = i % 3 == 0 ? 10 : 0;
            judgement = add(0.5, arm(20, failed, 500 + i % 7, 0.1), arm(20, failed, 500 + i % 5, 0.1));
        }
        assertThat(judgement.verdict()).isNotEqualTo(Verdict.WORSE);
    }

    @Test
    void cheaperWithHardlyAnyLatencyGained_isBetterWithinTheStagesOfADemonstration() {
        Judgement judgement = judge.latest();
        double[] weights = {0.05, 0.25, 0.5, 0.5};
        for (double weight : weights) {
            for (int i = 0; i < 5; i++) {
                int fused = (int) Math.round(40 * weight);
                judgement = add(
                        weight, arm(40 - fused, 0, 510 + i, 0.02 + i * 1e-4), arm(fused, 0, 505 + i, 0.012 + i * 1e-4));
            }
        }
        assertThat(judgement.verdict()).isEqualTo(Verdict.BETTER);
        assertThat(judgement.reason()).isIn(JudgeReason.COST_BETTER, JudgeReason.LATENCY_BETTER);
        assertThat(judgement.cost().high()).isLessThan(-0.2);
    }

    @Test
    void aClearSlowdown_isWorseBeforeTheUsualNumberOfBlocks() {
        Judgement judgement = judge.latest();
        for (int i = 0; i < 6 && judgement.verdict() == Verdict.UNDECIDED; i++) {
            judgement = add(0.25, arm(30, 0, 500 + i, 0.1), arm(10, 0, 900 + i, 0.1));
        }
        assertThat(judgement.verdict()).isEqualTo(Verdict.WORSE);
        assertThat(judgement.reason()).isEqualTo(JudgeReason.LATENCY_WORSE);
    }

    @Test
    void slownessDuringWarmUp_doesNotCount() {
        for (int i = 0; i < 2; i++) {
            add(0.5, arm(20, 0, 500, 0.1), arm(20, 0, 5000, 0.1));
        }
        Judgement judgement = judge.latest();
        assertThat(judgement.blocks()).isZero();
        for (int i = 0; i < 20; i++) {
            judgement = add(0.5, arm(20, 0, 500 + i % 3, 0.1), arm(20, 0, 499 + i % 4, 0.1));
        }
        assertThat(judgement.verdict()).isNotEqualTo(Verdict.WORSE);
    }

    @Test
    void sharesOtherThanTheRoutes_makeTheComparisonInvalid() {
        Judgement judgement = judge.latest();
        for (int i = 0; i < 30 && judgement.verdict() == Verdict.UNDECIDED; i++) {
            judgement = add(0.5, arm(10, 0, 500 + i % 5, 0.1), arm(30, 0, 500 + i % 3, 0.1));
        }
        assertThat(judgement.reason()).isEqualTo(JudgeReason.SAMPLE_RATIO);
    }

    @Test
    void noDifference_endsAsEquivalentAtTheLatestAtTheTimeout() {
        Judgement judgement = judge.latest();
        for (int i = 0; i < 150; i++) {
            judgement = add(0.5, arm(20, 0, 500 + 40 * (i % 5), 0.1), arm(20, 0, 500 + 40 * ((i + 2) % 5), 0.1));
        }
        assertThat(judgement.verdict()).isEqualTo(Verdict.EQUIVALENT);
    }

    @Test
    void emptyBuckets_decideNothing() {
        Judgement judgement = judge.latest();
        for (int i = 0; i < 20; i++) {
            judgement = add(0.5, arm(0, 0, 1, 0), arm(0, 0, 1, 0));
        }
        assertThat(judgement.verdict()).isEqualTo(Verdict.UNDECIDED);
        assertThat(judgement.blocks()).isZero();
    }

    @Test
    void worse_isFinal() {
        for (int i = 0; i < 3; i++) {
            add(0.5, arm(20, 0, 500, 0.1), arm(20, 20, 500, 0.1));
        }
        for (int i = 0; i < 50; i++) {
            add(0.5, arm(20, 0, 500, 0.1), arm(20, 0, 100, 0.01));
        }
        assertThat(judge.latest().verdict()).isEqualTo(Verdict.WORSE);
    }

    private Judgement add(double weight, ArmBucket original, ArmBucket fused) {
        Instant start = Instant.EPOCH.plusSeconds(second);
        second += 2;
        return judge.add(new PairedBucket(start, Duration.ofSeconds(2), weight, original, fused));
    }

    /** A bucket whose latencies lie 2 % around {@code ms}. */
    private static ArmBucket arm(int requests, int errors, double ms, double gbSecondsPerRequest) {
        double log = Math.log(ms);
        double squares = requests * (log * log + 0.0004);
        return new ArmBucket(requests, errors, requests * log, squares, ms * 1.02, requests * gbSecondsPerRequest);
    }
}
