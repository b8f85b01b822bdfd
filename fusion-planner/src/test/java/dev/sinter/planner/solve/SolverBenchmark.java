package dev.sinter.planner.solve;

import dev.sinter.planner.graph.CallGraph;
import dev.sinter.planner.plan.Objective;
import dev.sinter.planner.plan.Plan;
import java.time.Duration;
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

/** Time to a plan: of ten graphs one after the other where it is proven, of one where it is not. Run {@link #main}. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 1)
@Measurement(iterations = 2)
public class SolverBenchmark {
    @Param({"LATENCY", "COST", "MEMORY", "BALANCED"})
    private Objective objective = Objective.BALANCED;

    private final List<CallGraph> of12 = new ArrayList<>();
    private final List<CallGraph> of20 = new ArrayList<>();
    private final List<CallGraph> of40 = new ArrayList<>();
    private final CallGraph of1000 = LayeredGraphs.graph(1, 1_000, 3_000);

    @Setup
    public void make() {
        for (int seed = 0; seed < 10; seed++) {
            of12.add(RandomGraphs.rooted(seed, 12));
            of20.add(RandomGraphs.rooted(seed, 20));
            of40.add(RandomGraphs.rooted(seed, 40));
        }
    }

    @Benchmark
    public List<Plan> tenOf12() {
        return solve(of12);
    }

    @Benchmark
    public List<Plan> tenOf20() {
        return solve(of20);
    }

    @Benchmark
    public List<Plan> tenOf40() {
        return solve(of40);
    }

    @Benchmark
    public List<Plan> oneOf1000() {
        return solve(List.of(of1000));
    }

    private List<Plan> solve(List<CallGraph> graphs) {
        return graphs.stream()
                .map(graph -> new FusionSolver().solve(graph, objective, Duration.ofMinutes(1)))
                .toList();
    }

    public static void main(String[] arguments) throws RunnerException {
        new Runner(new OptionsBuilder()
                        .include(SolverBenchmark.class.getSimpleName())
                        .build())
                .run();
    }
}
