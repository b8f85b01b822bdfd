package dev.sinter.planner.solve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.ortools.Loader;
import com.google.ortools.sat.BoolVar;
import com.google.ortools.sat.CpModel;
import com.google.ortools.sat.CpSolver;
import com.google.ortools.sat.CpSolverStatus;
import com.google.ortools.sat.IntVar;
import com.google.ortools.sat.LinearExpr;
import com.google.ortools.sat.LinearExprBuilder;
import com.google.ortools.sat.Literal;
import dev.sinter.planner.graph.CallGraph;
import dev.sinter.planner.plan.Objective;
import dev.sinter.planner.plan.Plan;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The solver's latency against OR-Tools CP-SAT on graphs too large for trying every plan.
 *
 * <p>Latency is linear where all functions share one runtime and calls form no cycle: copies cost no time, so every
 * function may have a group of its own, and the time of each copy is that of its callees' copies or homes.
 */
class CpSatTest {
    private static final int GRAPHS = Integer.getInteger("sinter.planner.cpSatGraphs", 12);
    private static final int SMALLEST = 10;
    private static final int LARGEST = 30;
    private static final double SECONDS = 40;
    /** Units of a millisecond, and of calls per request: the generator's are multiples of a hundredth. */
    private static final long UNITS = 1_000_000;

    private static final long CALLS = 100;
    private static final long MIB = 1_000;

    @Test
    void latencyIsTheSame() {
        Loader.loadNativeLibraries();
        int compared = 0;
        for (int seed = 0; seed < GRAPHS; seed++) {
            int size = SMALLEST + seed * 7 % (LARGEST - SMALLEST + 1);
            CallGraph graph = withoutTiers(RandomGraphs.rooted(seed, size));
            Plan plan = new FusionSolver().solve(graph, Objective.LATENCY, Duration.ofMinutes(1));
            assertThat(plan.gap()).as("gap of seed %d", seed).isLessThan(1e-9);
            double bestMs = leastLatencyMs(Model.of(graph));
            if (!Double.isNaN(bestMs)) {
                assertThat(plan.value()).as("seed %d, %d functions", seed, size).isCloseTo(bestMs, within(1e-4 * bestMs));
                compared++;
            }
        }
        System.out.println("CP-SAT agrees on " + compared + " of " + GRAPHS + " graphs; the others it did not prove in "
                + SECONDS + " s");
        assertThat(compared).isGreaterThan(GRAPHS / 2);
    }

    private static CallGraph withoutTiers(CallGraph graph) {
        return new CallGraph(
                graph.windowSeconds(),
                graph.functions(),
                graph.edges(),
                graph.limits(),
                graph.tiers(),
                List.of(),
                graph.forbidden());
    }

    /** NaN if not proven in time. */
    private static double leastLatencyMs(Model model) {
        Groups groups = new Groups(model);
        Evaluator evaluator = new Evaluator(model);
        evaluator.evaluate(groups.allAlone());
        CpModel cp = new CpModel();
        int n = model.size;
        IntVar[][] time = new IntVar[n][n];
        BoolVar[][] member = new BoolVar[n][n];
        for (int root = 0; root < n; root++) {
            for (int f = 0; f < n; f++) {
                long most = (long) Math.ceil(evaluator.homeTimeMs(f) * UNITS) * 2 + UNITS;
                time[root][f] = cp.newIntVar(0, most, "time");
                member[root][f] = cp.newBoolVar("member");
            }
        }
        for (int root = 0; root < n; root++) {
            addGroup(cp, model, root, time, member);
        }
        LinearExprBuilder latency = LinearExpr.newBuilder();
        double entryWeight = 0;
        for (int f = 0; f < n; f++) {
            if (model.timeWeight[f] > 0) {
                latency.addTerm(time[f][f], 1);
                entryWeight = model.timeWeight[f];
            }
        }
        assertThat(entryWeight).as("one entry").isEqualTo(1);
        cp.minimize(latency);
        CpSolver solver = new CpSolver();
        solver.getParameters().setNumWorkers(1);
        solver.getParameters().setMaxTimeInSeconds(SECONDS);
        return solver.solve(cp) == CpSolverStatus.OPTIMAL ? solver.objectiveValue() / UNITS : Double.NaN;
    }

    private static void addGroup(CpModel cp, Model model, int root, IntVar[][] time, BoolVar[][] member) {
        BoolVar[] in = member[root];
        cp.addEquality(in[root], 1);
        LinearExprBuilder[] callers = new LinearExprBuilder[model.size];
        for (int f = 0; f < model.size; f++) {
            callers[f] = LinearExpr.newBuilder();
        }
        double localHopMs = model.cost(dev.sinter.planner.graph.Tier.IN_PROCESS).localHopMs();
        for (int f = 0; f < model.size; f++) {
            LinearExprBuilder least = LinearExpr.newBuilder().add((long) Math.rint(model.busyMs[f] * UNITS));
            for (int pair : model.out[f]) {
                int callee = model.to[pair];
                long calls = Math.round(model.wait[pair] * CALLS);
                if (calls == 0) {
                    continue;
                }
                IntVar waiting = cp.newIntVar(0, Long.MAX_VALUE / 1_000_000, "waiting");
                least.addTerm(waiting, 1);
                BoolVar local = cp.newBoolVar("local");
                if (model.mayBeLocal[pair]) {
                    cp.addImplication(local, in[f]);
                    cp.addImplication(local, in[callee]);
                    callers[callee].addTerm(local, 1);
                } else {
                    cp.addEquality(local, 0);
                }
                addWaiting(cp, waiting, calls, time[root][callee], model.wait[pair] * localHopMs, local);
                addWaiting(cp, waiting, calls, time[callee][callee], model.hopMs[pair], local.not());
            }
            cp.addGreaterOrEqual(time[root][f], least);
        }
        for (int f = 0; f < model.size; f++) {
            if (f != root) {
                cp.addLessOrEqual(in[f], callers[f]);
            }
            for (int j = 0; j < f; j++) {
                if (!model.allowed(f, j)) {
                    cp.addBoolOr(new Literal[] {in[f].not(), in[j].not()});
                }
            }
        }
        addLimits(cp, model, root, in);
    }

    private static void addWaiting(
            CpModel cp, IntVar waiting, long calls, IntVar calleeTime, double hopMs, Literal unlessOther) {
        LinearExpr needed = LinearExpr.newBuilder()
                .addTerm(calleeTime, calls)
                .add((long) Math.rint(hopMs * UNITS * CALLS))
                .build();
        cp.addGreaterOrEqual(LinearExpr.term(waiting, CALLS), needed).onlyEnforceIf(unlessOther);
    }

    /** A function alone may break them. */
    private static void addLimits(CpModel cp, Model model, int root, BoolVar[] in) {
        BoolVar several = cp.newBoolVar("several");
        for (int f = 0; f < model.size; f++) {
            if (f != root) {
                cp.addImplication(in[f], several);
            }
        }
        cp.addLessOrEqual(LinearExpr.sum(in), model.limits.members()).onlyEnforceIf(several);
        IntVar base = cp.newIntVar(0, Integer.MAX_VALUE, "base");
        LinearExprBuilder memory = LinearExpr.newBuilder().addTerm(base, 1);
        for (int f = 0; f < model.size; f++) {
            cp.addGreaterOrEqual(base, Math.round(model.baseMiB[f] * MIB)).onlyEnforceIf(in[f]);
            memory.addTerm(in[f], Math.round(model.ownMiB[f] * MIB));
        }
        cp.addLessOrEqual(memory, (long) (model.limits.memoryMiB() * MIB)).onlyEnforceIf(several);
    }
}
