package dev.sinter.planner.solve;

import dev.sinter.planner.graph.CallGraph;
import dev.sinter.planner.graph.CallKind;
import dev.sinter.planner.graph.Edge;
import dev.sinter.planner.graph.ForbiddenPair;
import dev.sinter.planner.graph.FunctionNode;
import dev.sinter.planner.graph.Limits;
import dev.sinter.planner.graph.PairTier;
import dev.sinter.planner.graph.Tier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Call graphs of many shapes whose rates agree with each other. */
final class RandomGraphs {
    enum Shape {
        DAG,
        TREE,
        STAR,
        HOT_CALLEE,
        DIAMONDS,
        FAN_OUT,
        SEVERAL_ENTRIES,
        CYCLIC
    }

    private final Random random;
    private final int size;
    private final Shape shape;
    private final double[][] ratio;
    private boolean tight;
    private boolean mixedRuntimes;

    private RandomGraphs(long seed, int size, Shape shape) {
        random = new Random(seed * 31 + size);
        this.size = size;
        this.shape = shape;
        ratio = new double[size][size];
        tight = random.nextBoolean();
        mixedRuntimes = random.nextInt(3) == 0;
    }

    /** A graph of {@code size} functions; shape and limits vary with the seed. */
    static CallGraph graph(long seed, int size) {
        return graph(seed, size, List.of(Shape.values()).get(Math.floorMod(seed, Shape.values().length)));
    }

    static CallGraph graph(long seed, int size, Shape shape) {
        return new RandomGraphs(seed, size, shape).build();
    }

    /** A rooted graph without cycles of 1.5 calls per function, limits as tight as Quilt's. */
    static CallGraph rooted(long seed, int size) {
        RandomGraphs graphs = new RandomGraphs(seed, size, Shape.DAG);
        graphs.tight = true;
        graphs.mixedRuntimes = false;
        return graphs.build();
    }

    private CallGraph build() {
        connect();
        int entries = shape == Shape.SEVERAL_ENTRIES ? Math.max(1, size / 4) : 1;
        double[] rate = rates(entries);
        while (!isFinite(rate)) {
            weakenCallsBack();
            rate = rates(entries);
        }
        List<FunctionNode> functions = new ArrayList<>();
        double memory = 0;
        for (int f = 0; f < size; f++) {
            String runtime = mixedRuntimes && random.nextInt(3) == 0 ? "node20" : "python3.13";
            double busy = random.nextInt(4) == 0 ? 20 + random.nextInt(300) : 1 + random.nextInt(20);
            FunctionNode function = new FunctionNode(
                    "f" + (f < 10 ? "0" : "") + f,
                    f < entries,
                    runtime,
                    rate[f],
                    busy,
                    10 + random.nextInt(40),
                    5 + random.nextInt(60),
                    Math.round(rate[f] * busy * random.nextDouble()),
                    "t/default");
            memory += function.ownMiB() + function.baseMiB() / 3;
            functions.add(function);
        }
        List<Edge> edges = new ArrayList<>();
        List<PairTier> pairs = new ArrayList<>();
        List<ForbiddenPair> forbidden = new ArrayList<>();
        for (int f = 0; f < size; f++) {
            for (int j = 0; j < size; j++) {
                if (ratio[f][j] > 0) {
                    edges.add(edge(functions.get(f), functions.get(j), ratio[f][j]));
                    if (random.nextInt(12) == 0) {
                        forbidden.add(new ForbiddenPair(
                                functions.get(j).name(), functions.get(f).name()));
                    } else if (random.nextInt(8) == 0 && (f < j || ratio[j][f] == 0)) {
                        pairs.add(new PairTier(
                                functions.get(f).name(),
                                functions.get(j).name(),
                                List.of(Tier.values()).get(random.nextInt(4))));
                    }
                }
            }
        }
        Limits limits = tight
                ? new Limits(memory / 1.8, Math.max(2, size / 2), 300, 2, 45, 0.95)
                : new Limits(1024, 16, 1000, 10, 45, 0.95);
        return new CallGraph(60, functions, edges, limits, Map.of(), pairs, forbidden);
    }

    private Edge edge(FunctionNode from, FunctionNode to, double calls) {
        int dice = random.nextInt(10);
        CallKind kind = dice == 0
                ? CallKind.ASYNC
                : dice == 1 ? CallKind.UNKNOWN : dice == 2 ? CallKind.PARALLEL : CallKind.BLOCKING;
        double share = kind == CallKind.PARALLEL ? random.nextInt(10) / 10.0 : 1;
        double confidence = random.nextInt(15) == 0 ? 0.7 : 1;
        double hop = random.nextInt(12) == 0 ? 0 : 0.5 + random.nextInt(300) / 10.0;
        return new Edge(from.name(), to.name(), from.ratePerSecond() * calls, kind, confidence, 100, share, hop, 0);
    }

    private void connect() {
        switch (shape) {
            case TREE -> tree(3);
            case STAR -> {
                for (int f = 1; f < size; f++) {
                    call(0, f);
                }
            }
            case HOT_CALLEE -> {
                tree(3);
                for (int f = 0; f < size - 1; f++) {
                    if (random.nextBoolean()) {
                        call(f, size - 1);
                    }
                }
            }
            case DIAMONDS -> {
                for (int f = 0; f + 1 < size; f++) {
                    call(f, f + 1);
                    if (f + 2 < size) {
                        call(f, f + 2);
                    }
                }
            }
            case FAN_OUT -> tree(Math.max(2, size / 3));
            case SEVERAL_ENTRIES, DAG -> {
                tree(size);
                extra(size / 2);
            }
            case CYCLIC -> {
                tree(size);
                extra(size / 3);
                int back = 1 + random.nextInt(Math.max(1, size / 3));
                for (int i = 0; i < back; i++) {
                    int a = random.nextInt(size);
                    int b = random.nextInt(size);
                    ratio[Math.max(a, b)][Math.min(a, b)] = 0.05 + random.nextDouble() * 0.1;
                }
            }
        }
    }

    private void tree(int width) {
        for (int f = 1; f < size; f++) {
            int parent = Math.max(0, (f - 1) / width - random.nextInt(2));
            call(width >= size ? random.nextInt(f) : Math.min(parent, f - 1), f);
        }
    }

    private void extra(int count) {
        for (int i = 0; i < count; i++) {
            int a = random.nextInt(size);
            int b = random.nextInt(size);
            if (a != b) {
                call(Math.min(a, b), Math.max(a, b));
            }
        }
    }

    private void call(int from, int to) {
        double[] ratios = {0.3, 1, 1, 1, 1, 2};
        ratio[from][to] = ratios[random.nextInt(ratios.length)];
    }

    private static boolean settled(double[] before, double[] after) {
        for (int f = 0; f < before.length; f++) {
            if (!(Math.abs(after[f] - before[f]) <= 1e-9 * after[f])) {
                return false;
            }
        }
        return true;
    }

    private static boolean isFinite(double[] rate) {
        return Arrays.stream(rate).allMatch(Double::isFinite);
    }

    private void weakenCallsBack() {
        for (int f = 0; f < size; f++) {
            for (int j = 0; j < f; j++) {
                ratio[f][j] /= 4;
            }
        }
    }

    /** Rates of all functions, infinite where they do not settle, by repeated flow from the entries; scaled so that the largest stays moderate. */
    private double[] rates(int entries) {
        double[] outside = new double[size];
        for (int f = 0; f < entries; f++) {
            outside[f] = 1 + random.nextInt(10);
        }
        double[] rate = outside.clone();
        boolean settled = false;
        for (int round = 0; round < 400; round++) {
            double[] next = outside.clone();
            for (int f = 0; f < size; f++) {
                for (int j = 0; j < size; j++) {
                    next[j] += rate[f] * ratio[f][j];
                }
            }
            settled = settled(rate, next);
            rate = next;
        }
        if (!settled) {
            Arrays.fill(rate, Double.POSITIVE_INFINITY);
            return rate;
        }
        double largest = 0;
        for (double value : rate) {
            largest = Math.max(largest, value);
        }
        for (int f = 0; f < size; f++) {
            rate[f] *= largest > 50 ? 50 / largest : 1;
        }
        return rate;
    }
}
