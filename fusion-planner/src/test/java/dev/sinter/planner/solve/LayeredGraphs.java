package dev.sinter.planner.solve;

import dev.sinter.planner.graph.CallGraph;
import dev.sinter.planner.graph.CallKind;
import dev.sinter.planner.graph.Edge;
import dev.sinter.planner.graph.FunctionNode;
import dev.sinter.planner.graph.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Large call graphs like those of a company: eight layers, calls mostly to the next, teams side by side, hot callees. */
final class LayeredGraphs {
    private static final int LAYERS = 8;
    private static final int NEIGHBOURS = 13;

    private final Random random;
    private final int size;
    private final int entries;
    /** By layer: its first function; at the end the number of functions. */
    private final int[] start = new int[LAYERS + 1];

    private LayeredGraphs(long seed, int size) {
        random = new Random(seed);
        this.size = size;
        entries = Math.max(1, size / 20);
        for (int layer = 1; layer <= LAYERS; layer++) {
            start[layer] = entries + (int) ((long) (size - entries) * (layer - 1) / (LAYERS - 1));
        }
    }

    /** A graph of {@code size} functions and {@code pairs} pairs that call each other, without cycles. */
    static CallGraph graph(long seed, int size, int pairs) {
        return new LayeredGraphs(seed, size).build(pairs);
    }

    private CallGraph build(int pairs) {
        double[] ratios = {0.3, 1, 1, 1, 1, 2};
        Map<Integer, Map<Integer, Double>> calls = new TreeMap<>();
        int made = 0;
        for (int f = entries; f < size; f++) {
            calls.computeIfAbsent(caller(f), caller -> new TreeMap<>()).put(f, ratios[random.nextInt(6)] * 0.5);
            made++;
        }
        while (made < pairs) {
            int callee = random.nextInt(10) == 0 ? hot() : entries + random.nextInt(size - entries);
            Map<Integer, Double> ofCaller = calls.computeIfAbsent(caller(callee), caller -> new TreeMap<>());
            made += ofCaller.put(callee, ratios[random.nextInt(6)] * 0.4) == null ? 1 : 0;
        }
        double[] rate = new double[size];
        for (int f = 0; f < size; f++) {
            rate[f] += f < entries ? 1 + random.nextInt(10) : 0;
            double ofCaller = rate[f];
            calls.getOrDefault(f, Map.of()).forEach((callee, ratio) -> rate[callee] += ofCaller * ratio);
        }
        List<FunctionNode> functions = new ArrayList<>();
        List<Edge> edges = new ArrayList<>();
        for (int f = 0; f < size; f++) {
            functions.add(function(f, rate[f]));
        }
        for (int f = 0; f < size; f++) {
            int caller = f;
            calls.getOrDefault(f, Map.of())
                    .forEach((callee, ratio) -> edges.add(edge(name(caller), name(callee), rate[caller] * ratio)));
        }
        return new CallGraph(60, functions, edges, Limits.DEFAULT, Map.of(), List.of(), List.of());
    }

    private int layer(int f) {
        int layer = 0;
        while (f >= start[layer + 1]) {
            layer++;
        }
        return layer;
    }

    /** A function one or two layers above {@code callee}, among those beside it. */
    private int caller(int callee) {
        int layer = layer(callee);
        int above = layer - (layer > 1 && random.nextInt(4) == 0 ? 2 : 1);
        int width = start[above + 1] - start[above];
        double beside = (callee - start[layer]) / (double) (start[layer + 1] - start[layer]);
        return start[above]
                + Math.floorMod((int) (beside * width) + random.nextInt(NEIGHBOURS) - NEIGHBOURS / 2, width);
    }

    private int hot() {
        int root = random.nextInt((int) Math.sqrt(size / (double) LAYERS));
        return Math.min(size - 1, start[LAYERS - 1] + root * root);
    }

    private static String name(int f) {
        return String.format("f%05d", f);
    }

    private FunctionNode function(int f, double rate) {
        double busyMs = random.nextInt(4) == 0 ? 20 + random.nextInt(100) : 1 + random.nextInt(20);
        return new FunctionNode(
                name(f),
                f < entries,
                random.nextInt(5) == 0 ? "node20" : "python3.13",
                rate,
                busyMs,
                10 + random.nextInt(40),
                5 + random.nextInt(60),
                Math.round(rate * busyMs * random.nextDouble()),
                "t/default");
    }

    private Edge edge(String from, String to, double rate) {
        CallKind kind = switch (random.nextInt(10)) {
            case 0 -> CallKind.ASYNC;
            case 1 -> CallKind.UNKNOWN;
            case 2 -> CallKind.PARALLEL;
            default -> CallKind.BLOCKING;
        };
        double share = kind == CallKind.PARALLEL ? random.nextInt(10) / 10.0 : 1;
        double confidence = random.nextInt(15) == 0 ? 0.7 : 1;
        return new Edge(from, to, rate, kind, confidence, 100, share, 0.5 + random.nextInt(100) / 10.0, 0);
    }
}
