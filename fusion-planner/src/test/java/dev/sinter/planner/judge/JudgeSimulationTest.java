package dev.sinter.planner.judge;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How often the judge errs and how fast it decides, looking after every bucket, with the policies that ship. {@code
 * -Dsinter.judge.runs=10000} is the long form; seeds are the numbers of the runs.
 */
class JudgeSimulationTest {
    private static final int RUNS = Integer.getInteger("sinter.judge.runs", 500);
    private static final double ALLOWED = 0.05;
    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);
    private static final Duration ONE_SECOND = Duration.ofSeconds(1);

    /** With buckets of 10 s: 12 of warm-up, a quarter of an hour of comparison. */
    @Nested
    class Default {
        private static final int BUCKETS = 102;

        @ParameterizedTest
        @CsvSource({"0, 40", "0.4, 40", "0.6, 40", "0.8, 40", "0.8, 10", "0.8, 200"})
        void noDifference_requestsResembleTheirPredecessors_isRarelyPromotedOrRolledBack(
                double autocorrelation, double requests) {
            Outcome outcome = run(
                    "no difference, autocorrelation " + autocorrelation + ", " + requests + " requests",
                    RUNS,
                    seed -> new SimulatedComparison(seed)
                            .autocorrelation(autocorrelation)
                            .requestsPerBucket(requests));
            assertFewErrors(outcome);
        }

        @Test
        void noDifference_fewRequestsInTheFusedArm_isRarelyPromotedOrRolledBack() {
            Outcome outcome = run(
                    "no difference, 5 % fused",
                    RUNS,
                    seed -> new SimulatedComparison(seed)
                            .autocorrelation(0.8)
                            .requestsPerBucket(60)
                            .fusedWeight(0.05));
            assertFewErrors(outcome);
        }

        @ParameterizedTest
        @CsvSource({"40, 0.5, 0", "40, 0.5, 0.05", "200, 0.5, 0.05", "200, 0.05, 0.05"})
        void noDifference_jumpingLoadHeavyTailsAndDriftingMachines_isRarelyPromotedOrRolledBack(
                double requests, double fusedWeight, double drift) {
            Outcome outcome = run(
                    "no difference, jumping load, " + requests + " requests, " + fusedWeight + " fused, drift " + drift,
                    RUNS,
                    seed -> new MarkovLoadComparison(seed, TEN_SECONDS, requests, fusedWeight, 0, drift));
            assertFewErrors(outcome);
        }

        @Test
        void aTenthFaster_isFoundWithin400RequestsPerArm() {
            Outcome outcome = run(
                    "-10 %",
                    RUNS, seed -> new SimulatedComparison(seed).latency(-0.1).requestsPerBucket(40));
            assertThat(outcome.medianRequests).isLessThanOrEqualTo(400);
            assertThat(outcome.better).isGreaterThan(0.95);
        }

        @Test
        void aTenthFaster_underJumpingLoad_isFound() {
            Outcome outcome = run(
                    "-10 %, jumping load",
                    RUNS, seed -> new MarkovLoadComparison(seed, TEN_SECONDS, 40, 0.5, -0.1, 0.05));
            assertThat(outcome.better).isGreaterThan(0.9);
        }

        @Test
        void aTenthSlower_isRolledBack() {
            Outcome outcome = run(
                    "+10 %",
                    RUNS, seed -> new SimulatedComparison(seed).latency(0.1).requestsPerBucket(40));
            assertThat(outcome.worse).isGreaterThan(0.95);
            assertThat(outcome.better).isZero();
        }

        @Test
        void twiceAsSlow_isRolledBackAsSoonAsBlocksSayMoreThanChance() {
            Outcome outcome = run(
                    "+100 %",
                    RUNS, seed -> new SimulatedComparison(seed).latency(1).requestsPerBucket(40));
            assertThat(outcome.worse).isEqualTo(1);
            assertThat(outcome.medianRequests).isLessThanOrEqualTo(200);
        }

        @Test
        void muchCheaperAtEqualLatency_isPromoted() {
            Outcome outcome = run(
                    "cost -40 %",
                    RUNS,
                    seed -> new SimulatedComparison(seed)
                            .cost(-0.4)
                            .deviation(0.1)
                            .requestsPerBucket(40));
            assertThat(outcome.better).isGreaterThan(0.98);
        }

        @Test
        void muchCheaperButATenthSlower_isNotPromoted() {
            Outcome outcome = run(
                    "cost -40 %, latency +10 %",
                    RUNS,
                    seed -> new SimulatedComparison(seed)
                            .cost(-0.4)
                            .latency(0.1)
                            .requestsPerBucket(40));
            assertThat(outcome.better).isLessThanOrEqualTo(ALLOWED);
        }

        private Outcome run(String name, int runs, LongFunction<Comparison> comparisons) {
            return simulate("DEFAULT " + name, runs, JudgePolicy.DEFAULT, BUCKETS, comparisons);
        }
    }

    /** With buckets of 1 s: a shift of a minute. */
    @Nested
    class Demo {
        private static final int BUCKETS = 64;

        @ParameterizedTest
        @ValueSource(doubles = {0, 0.4, 0.8})
        void noDifference_isRarelyPromotedOrRolledBack(double autocorrelation) {
            Outcome outcome = run(
                    "no difference, autocorrelation " + autocorrelation,
                    RUNS,
                    seed -> new SimulatedComparison(seed)
                            .length(ONE_SECOND)
                            .autocorrelation(autocorrelation)
                            .requestsPerBucket(20));
            assertFewErrors(outcome);
        }

        @ParameterizedTest
        @ValueSource(doubles = {8, 20})
        void noDifference_jumpingLoad_isRarelyPromotedOrRolledBack(double requests) {
            Outcome outcome = run(
                    "no difference, jumping load, " + requests + " requests",
                    RUNS,
                    seed -> new MarkovLoadComparison(seed, ONE_SECOND, requests, 0.5, 0, 0.05));
            assertFewErrors(outcome);
        }

        @Test
        void aFifthFaster_isPromoted() {
            Outcome outcome = run(
                    "-20 %",
                    RUNS,
                    seed -> new SimulatedComparison(seed)
                            .length(ONE_SECOND)
                            .latency(-0.2)
                            .requestsPerBucket(20));
            assertThat(outcome.better).isGreaterThan(0.95);
        }

        private Outcome run(String name, int runs, LongFunction<Comparison> comparisons) {
            return simulate("DEMO " + name, runs, JudgePolicy.DEMO, BUCKETS, comparisons);
        }
    }

    @ParameterizedTest
    @CsvSource({"0.05, 200", "0.25, 40", "0.5, 40"})
    void everyRequestFails_howeverLongItWentWell_stopsTheShiftWithinThreeBuckets(double weight, double requests) {
        for (int seed = 0; seed < RUNS / 3; seed++) {
            int clean = seed % 5 * 50;
            SimulatedComparison comparison = new SimulatedComparison(seed)
                    .fusedWeight(weight)
                    .requestsPerBucket(requests)
                    .autocorrelation(0.8);
            Judge judge = new Judge(JudgePolicy.DEFAULT);
            for (int i = 0; i < clean; i++) {
                judge.add(comparison.next());
            }
            comparison.errors(0.002, 1);
            for (int i = 0; i < 3; i++) {
                judge.add(comparison.next());
            }
            assertThat(judge.latest().verdict())
                    .as("seed %d after %d clean buckets", seed, clean)
                    .isEqualTo(Verdict.WORSE);
        }
    }

    @Test
    void failuresTwiceAsFrequent_ofManyRequests_stopTheShiftWithinThreeBuckets() {
        int stopped = 0;
        for (int seed = 0; seed < RUNS; seed++) {
            SimulatedComparison comparison =
                    new SimulatedComparison(seed).requestsPerBucket(1_000).errors(0.1, 0.1);
            Judge judge = new Judge(JudgePolicy.DEFAULT);
            for (int i = 0; i < 10; i++) {
                judge.add(comparison.next());
            }
            comparison.errors(0.1, 0.2);
            for (int i = 0; i < 3; i++) {
                judge.add(comparison.next());
            }
            stopped += judge.latest().verdict() == Verdict.WORSE ? 1 : 0;
        }
        assertThat(stopped / (double) RUNS).isGreaterThan(0.98);
    }

    private static void assertFewErrors(Outcome outcome) {
        assertThat(outcome.better).isLessThanOrEqualTo(ALLOWED);
        assertThat(outcome.worse).isLessThanOrEqualTo(ALLOWED);
    }

    private record Outcome(double better, double worse, double medianRequests, Map<JudgeReason, Long> reasons) {}

    private static Outcome simulate(
            String name, int runs, JudgePolicy policy, int buckets, LongFunction<Comparison> comparisons) {
        List<Judgement> ends = LongStream.range(0, runs)
                .parallel()
                .mapToObj(seed -> judge(policy, buckets, comparisons.apply(seed)))
                .toList();
        double[] requests = ends.stream()
                .mapToDouble(end -> end.verdict() == Verdict.UNDECIDED ? Double.MAX_VALUE : end.requestsPerArm())
                .toArray();
        Arrays.sort(requests);
        Map<JudgeReason, Long> reasons = new EnumMap<>(JudgeReason.class);
        ends.forEach(end -> reasons.merge(end.reason(), 1L, Long::sum));
        Outcome outcome =
                new Outcome(share(ends, Verdict.BETTER), share(ends, Verdict.WORSE), requests[runs / 2], reasons);
        System.getLogger(JudgeSimulationTest.class.getName())
                .log(System.Logger.Level.INFO, "{0}: {1} runs: {2}", name, runs, outcome);
        return outcome;
    }

    private static Judgement judge(JudgePolicy policy, int buckets, Comparison comparison) {
        Judge judge = new Judge(policy);
        for (int i = 0; i < buckets && judge.latest().verdict() == Verdict.UNDECIDED; i++) {
            judge.add(comparison.next());
        }
        return judge.latest();
    }

    private static double share(List<Judgement> ends, Verdict verdict) {
        return (double) ends.stream().filter(end -> end.verdict() == verdict).count() / ends.size();
    }
}
