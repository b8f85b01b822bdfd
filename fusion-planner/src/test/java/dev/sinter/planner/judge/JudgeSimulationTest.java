package dev.sinter.planner.judge;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

/** How often the judge errs and how fast it decides, looking after every bucket. */
class JudgeSimulationTest {
    private static final int RUNS = Integer.getInteger("sinter.judge.runs", 4_000);
    private static final int BUCKETS = 90;
    private static final JudgePolicy POLICY = new JudgePolicy(
            0.05,
            0.05,
            0.001,
            Duration.ZERO,
            0,
            Duration.ZERO,
            0.01,
            0.05,
            0.1,
            0.02,
            0.02,
            0.1,
            15,
            8,
            Duration.ofHours(9));

    @Test
    void noDifference_autocorrelatedAndUnderCommonShocks_isRarelyPromotedOrRolledBack() {
        Outcome outcome = run(
                RUNS, seed -> new SimulatedComparison(seed).autocorrelation(0.4).requestsPerBucket(40));
        assertThat(outcome.better).isLessThanOrEqualTo(0.05);
        assertThat(outcome.worse).isLessThanOrEqualTo(0.05);
    }

    @Test
    void noDifference_fewRequestsInTheFusedArm_isRarelyPromotedOrRolledBack() {
        Outcome outcome = run(
                RUNS / 5,
                seed -> new SimulatedComparison(seed)
                        .autocorrelation(0.4)
                        .requestsPerBucket(60)
                        .fusedWeight(0.05));
        assertThat(outcome.better).isLessThanOrEqualTo(0.05);
        assertThat(outcome.worse).isLessThanOrEqualTo(0.05);
    }

    @Test
    void aTenthFaster_isFoundWithin400RequestsPerArm() {
        Outcome outcome = run(
                RUNS / 5, seed -> new SimulatedComparison(seed).latency(-0.1).requestsPerBucket(40));
        assertThat(outcome.medianRequests).isLessThanOrEqualTo(400);
        assertThat(outcome.better).isGreaterThan(0.95);
    }

    @Test
    void aTenthSlower_isRolledBack() {
        Outcome outcome = run(
                RUNS / 10, seed -> new SimulatedComparison(seed).latency(0.1).requestsPerBucket(40));
        assertThat(outcome.worse).isGreaterThan(0.95);
        assertThat(outcome.better).isZero();
    }

    @Test
    void twiceAsSlow_isRolledBackWithin100RequestsPerArm() {
        Outcome outcome =
                run(RUNS / 10, seed -> new SimulatedComparison(seed).latency(1).requestsPerBucket(40));
        assertThat(outcome.worse).isEqualTo(1);
        assertThat(outcome.medianRequests).isLessThanOrEqualTo(100);
    }

    @Test
    void muchCheaperAtEqualLatency_isPromoted() {
        Outcome outcome = run(
                RUNS / 10,
                seed -> new SimulatedComparison(seed).cost(-0.4).deviation(0.1).requestsPerBucket(40));
        assertThat(outcome.better).isGreaterThan(0.98);
    }

    private record Outcome(double better, double worse, double medianRequests) {}

    private static Outcome run(int runs, LongFunction<SimulatedComparison> comparisons) {
        int better = 0;
        int worse = 0;
        double[] requests = new double[runs];
        for (int run = 0; run < runs; run++) {
            SimulatedComparison comparison = comparisons.apply(run);
            Judge judge = new Judge(POLICY);
            Judgement judgement = judge.latest();
            for (int i = 0; i < BUCKETS && judgement.verdict() == Verdict.UNDECIDED; i++) {
                judgement = judge.add(comparison.next());
            }
            better += judgement.verdict() == Verdict.BETTER ? 1 : 0;
            worse += judgement.verdict() == Verdict.WORSE ? 1 : 0;
            requests[run] =
                    judgement.verdict() == Verdict.UNDECIDED ? Double.POSITIVE_INFINITY : judgement.requestsPerArm();
        }
        Arrays.sort(requests);
        Outcome outcome = new Outcome((double) better / runs, (double) worse / runs, requests[runs / 2]);
        System.Logger log = System.getLogger(JudgeSimulationTest.class.getName());
        log.log(System.Logger.Level.INFO, "{0} runs: {1}", runs, outcome);
        return outcome;
    }
}
