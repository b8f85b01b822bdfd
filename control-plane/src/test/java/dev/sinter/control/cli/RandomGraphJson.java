package dev.sinter.control.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Odd but legal call graphs as JSON: cycles, self-calls, several entries and edges per pair, idle functions, left out keys. */
final class RandomGraphJson {
    private static final List<String> KINDS =
            List.of("BLOCKING", "BLOCKING", "BLOCKING", "PARALLEL", "ASYNC", "UNKNOWN");
    private static final List<String> TIERS = List.of("IN_PROCESS", "FORKED", "CO_PROCESS", "CO_POD");

    private static final double MOST_PER_SECOND = 1e9;

    private final Random random;
    private final int size;
    private final ObjectNode root = new ObjectMapper().createObjectNode();
    /** Calls per request. */
    private final double[][] calls;

    private RandomGraphJson(long seed, int size) {
        random = new Random(seed);
        this.size = size;
        calls = new double[size][size];
    }

    static ObjectNode of(long seed, int size) {
        return new RandomGraphJson(seed, size).build();
    }

    private ObjectNode build() {
        root.put("apiVersion", "sinter.dev/graph/v1");
        for (int j = 1; j < size; j++) {
            calls[random.nextInt(j)][j] = 0.2 + random.nextInt(9) / 5.0;
        }
        for (int i = 0; i < size; i++) {
            int a = random.nextInt(size);
            int b = random.nextInt(size);
            calls[a][b] = a < b ? 0.2 + random.nextInt(9) / 5.0 : random.nextInt(3) == 0 ? 0.02 : calls[a][b];
        }
        double[] outside = new double[size];
        for (int f = 0; f < size; f++) {
            outside[f] = f == 0 || random.nextInt(5) == 0 ? 1 + random.nextInt(8) : 0;
        }
        double[] rate = rates(outside);
        while (Arrays.stream(rate).anyMatch(each -> !(each < MOST_PER_SECOND))) {
            weakenCallsBack();
            rate = rates(outside);
        }
        ArrayNode functions = root.putArray("functions");
        for (int f = 0; f < size; f++) {
            ObjectNode function = functions
                    .addObject()
                    .put("name", "f" + f)
                    .put("ratePerSecond", rate[f])
                    .put("busyMs", random.nextInt(4) == 0 ? random.nextInt(200) : random.nextInt(10));
            maybe(function, "entry", outside[f] > 0);
            maybe(function, "runtime", random.nextInt(4) == 0 ? "node20" : "python3.13");
            maybe(function, "baseMiB", random.nextInt(40));
            maybe(function, "ownMiB", random.nextInt(60));
            maybe(function, "cpuMillicores", random.nextInt(900));
            maybe(function, "trust", random.nextInt(8) == 0 ? "other" : "shop");
        }
        functions.addObject().put("name", "idle").put("ratePerSecond", 0).put("busyMs", 3);
        edges(rate);
        sharing();
        return root;
    }

    private void weakenCallsBack() {
        for (int f = 0; f < size; f++) {
            for (int j = 0; j <= f; j++) {
                calls[f][j] /= 4;
            }
        }
    }

    /** Repeated flow, which settles because calls back are rare. */
    private double[] rates(double[] outside) {
        double[] rate = outside.clone();
        for (int round = 0; round < 500; round++) {
            double[] next = outside.clone();
            for (int f = 0; f < size; f++) {
                for (int j = 0; j < size; j++) {
                    next[j] += rate[f] * calls[f][j];
                }
            }
            rate = next;
        }
        return rate;
    }

    private void edges(double[] rate) {
        ArrayNode edges = root.putArray("edges");
        for (int f = 0; f < size; f++) {
            for (int j = 0; j < size; j++) {
                int parts = calls[f][j] > 0 ? 1 + random.nextInt(8) / 7 : 0;
                String kind = KINDS.get(random.nextInt(KINDS.size()));
                for (int part = 0; part < parts; part++) {
                    ObjectNode edge = edges.addObject()
                            .put("from", "f" + f)
                            .put("to", "f" + j)
                            .put("ratePerSecond", rate[f] * calls[f][j] / parts)
                            .put("kind", part == 0 ? kind : KINDS.get(random.nextInt(KINDS.size())));
                    maybe(edge, "confidence", random.nextInt(9) == 0 ? 0.5 : 0.97);
                    maybe(edge, "criticalShare", random.nextInt(11) / 10.0);
                    maybe(edge, "hopMs", random.nextInt(300) / 10.0);
                }
            }
        }
        edges.addObject()
                .put("from", "f0")
                .put("to", "idle")
                .put("ratePerSecond", 0)
                .put("kind", "BLOCKING");
    }

    private void sharing() {
        if (random.nextBoolean()) {
            ObjectNode limits = root.putObject("limits");
            maybe(limits, "memoryMiB", 40 + random.nextInt(300));
            maybe(limits, "members", random.nextInt(7));
            maybe(limits, "cpuMillicores", 100 + random.nextInt(900));
            maybe(limits, "concurrency", 0.5 + random.nextInt(10));
            maybe(limits, "sidecarMiB", random.nextInt(90));
        }
        if (random.nextInt(3) == 0) {
            root.putObject("tiers").putObject("IN_PROCESS").put("localHopMs", random.nextInt(40) / 10.0);
        }
        ArrayNode pairs = root.putArray("pairs");
        ArrayNode forbidden = root.putArray("forbidden");
        for (int f = 0; f < size; f++) {
            for (int j = 0; j < f; j++) {
                if (random.nextInt(10) == 0) {
                    ObjectNode pair = pairs.addObject().put("tier", TIERS.get(random.nextInt(TIERS.size())));
                    pair.putArray("pair").add("f" + f).add("f" + j);
                } else if (random.nextInt(14) == 0) {
                    forbidden.addArray().add("f" + j).add("f" + f);
                }
            }
        }
    }

    private void maybe(ObjectNode object, String key, Object value) {
        if (random.nextInt(6) > 0) {
            object.putPOJO(key, value);
        }
    }
}
