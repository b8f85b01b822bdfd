package dev.sinter.planner.judge;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** What a whole comparison costs the judge. Run {@link #main} from the test class path. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class JudgeBenchmark {
    /** An hour of buckets of 10 s, and a day of them. */
    @Param({"360", "8640"})
    private int buckets;

    private final List<PairedBucket> comparison = new ArrayList<>();

    @Setup
    public void simulate() {
        SimulatedComparison source = new SimulatedComparison(1).requestsPerBucket(40);
        for (int i = 0; i < buckets; i++) {
            comparison.add(source.next());
        }
    }

    @Benchmark
    public Judgement wholeComparison() {
        Judge judge = new Judge(JudgePolicy.DEFAULT);
        comparison.forEach(judge::add);
        return judge.latest();
    }

    public static void main(String[] arguments) throws RunnerException {
        new Runner(new OptionsBuilder()
                        .include(JudgeBenchmark.class.getSimpleName())
                        .build())
                .run();
    }
}
