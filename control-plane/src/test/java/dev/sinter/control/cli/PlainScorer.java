package dev.sinter.control.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What a printed plan is worth on a printed graph, word for word as the published definition says, by repeating its
 * equations until they settle. Knows nothing of the planner's classes.
 */
final class PlainScorer {
    private static final List<String> TIERS = List.of("IN_PROCESS", "FORKED", "CO_PROCESS", "CO_POD");
    private static final double[] LOCAL_HOP_MS = {0.1, 0.2, 0.5, 0.6};
    private static final boolean[] SHARES_BASE = {true, true, false, false};
    private static final int ROUNDS = 20_000;

    private final Map<String, JsonNode> functions = new HashMap<>();
    private final List<JsonNode> edges = new ArrayList<>();
    private final JsonNode graph;

    /** One function in one group. */
    private record Copy(String function, int group) {}

    record Worth(double latencyMs, double gbSecondsPerSecond, double residentMiB) {}

    private final List<Copy> copies = new ArrayList<>();
    private final Map<String, Integer> home = new HashMap<>();
    private final List<Set<List<String>>> local = new ArrayList<>();
    private final List<String> tiers = new ArrayList<>();
    private double[] timeMs = {};
    private double[] rate = {};
    private double[] received = {};

    PlainScorer(JsonNode graph) {
        this.graph = graph;
        graph.path("functions")
                .forEach(function -> functions.put(function.path("name").textValue(), function));
        graph.path("edges").forEach(edges::add);
    }

    private JsonNode function(String name) {
        return Objects.requireNonNull(functions.get(name), name);
    }

    private int homeOf(String function) {
        return Objects.requireNonNull(home.get(function), function);
    }

    /** What all functions apart are worth. */
    Worth before() {
        clear();
        for (String name : functions.keySet()) {
            add(List.of(name), List.of(name), Set.of());
        }
        return worth();
    }

    Worth of(JsonNode plan) {
        clear();
        for (JsonNode group : plan.path("groups")) {
            Set<List<String>> pairs = new HashSet<>();
            group.path("local").forEach(pair -> pairs.add(texts(pair)));
            add(texts(group.path("members")), texts(group.path("homes")), pairs);
        }
        return worth();
    }

    double value(String objective, Worth worth, Worth before) {
        return switch (objective) {
            case "latency" -> worth.latencyMs;
            case "cost" -> worth.gbSecondsPerSecond;
            case "memory" -> worth.residentMiB;
            case "balanced" -> (share(worth.latencyMs, before.latencyMs) + share(held(worth), held(before))) / 2;
            default -> throw new IllegalArgumentException(objective);
        };
    }

    /** Of the plan scored last: the rate of every copy, by group. */
    List<Map<String, Double>> ratesByGroup() {
        List<Map<String, Double>> byGroup = new ArrayList<>();
        tiers.forEach(tier -> byGroup.add(new HashMap<>()));
        for (int i = 0; i < copies.size(); i++) {
            byGroup.get(copies.get(i).group).put(copies.get(i).function, rate[i]);
        }
        return byGroup;
    }

    /** Of the plan scored last: the tier of a group. */
    String tier(int group) {
        return tiers.get(group);
    }

    double limit(String key, double missing) {
        return graph.path("limits").path(key).asDouble(missing);
    }

    /** Whether all edges of a pair are waited for with enough confidence. */
    boolean mayBeLocal(String from, String to) {
        double least = limit("minConfidence", 0.95);
        return edges.stream()
                .filter(edge -> isFromTo(edge, from, to))
                .allMatch(edge -> Set.of("BLOCKING", "PARALLEL")
                                .contains(edge.path("kind").textValue())
                        && edge.path("confidence").asDouble(1) >= least);
    }

    /** Whether one trust domain and no forbidden pair. */
    boolean mayShare(List<String> members) {
        Set<String> domains = new HashSet<>();
        members.forEach(member -> domains.add(function(member).path("trust").asText("")));
        for (JsonNode pair : graph.path("forbidden")) {
            if (members.containsAll(texts(pair))) {
                return false;
            }
        }
        return domains.size() == 1;
    }

    Set<String> functions() {
        return functions.keySet();
    }

    static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(text -> texts.add(text.textValue()));
        return texts;
    }

    private static double held(Worth worth) {
        return worth.gbSecondsPerSecond + worth.residentMiB / 1024;
    }

    private static double share(double after, double before) {
        return after == 0 && before == 0 ? 1 : after / before;
    }

    private void clear() {
        copies.clear();
        home.clear();
        local.clear();
        tiers.clear();
    }

    private void add(List<String> members, List<String> homes, Set<List<String>> pairs) {
        for (String member : members) {
            if (homes.contains(member)) {
                home.put(member, copies.size());
            }
            copies.add(new Copy(member, tiers.size()));
        }
        local.add(pairs);
        tiers.add(weakest(members));
    }

    private String weakest(List<String> members) {
        int weakest = 0;
        for (String a : members) {
            for (String b : members) {
                weakest = a.equals(b) ? weakest : Math.max(weakest, TIERS.indexOf(tierOfPair(a, b)));
            }
        }
        return TIERS.get(weakest);
    }

    private String tierOfPair(String a, String b) {
        for (JsonNode pair : graph.path("pairs")) {
            List<String> names = texts(pair.path("pair"));
            if (names.equals(List.of(a, b)) || names.equals(List.of(b, a))) {
                return pair.path("tier").textValue();
            }
        }
        return runtime(a).equals(runtime(b)) ? "IN_PROCESS" : "CO_POD";
    }

    private String runtime(String function) {
        return function(function).path("runtime").asText("");
    }

    private double localHopMs(String tier) {
        return graph.path("tiers").path(tier).path("localHopMs").asDouble(LOCAL_HOP_MS[TIERS.indexOf(tier)]);
    }

    private boolean sharesBase(String tier) {
        return graph.path("tiers").path(tier).path("sharesBase").asBoolean(SHARES_BASE[TIERS.indexOf(tier)]);
    }

    double memoryMiB(int group) {
        Map<String, Double> largest = new HashMap<>();
        double own = 0;
        double bases = 0;
        for (Copy copy : copies) {
            if (copy.group == group) {
                JsonNode function = function(copy.function);
                own += function.path("ownMiB").asDouble(0);
                bases += function.path("baseMiB").asDouble(0);
                largest.merge(runtime(copy.function), function.path("baseMiB").asDouble(0), Math::max);
            }
        }
        double shared = largest.values().stream().mapToDouble(base -> base).sum();
        return own + (sharesBase(tiers.get(group)) ? shared : bases);
    }

    private Worth worth() {
        settle();
        double requests = 0;
        double latency = 0;
        for (Map.Entry<String, Integer> entry : home.entrySet()) {
            requests += outside(entry.getKey());
            latency += outside(entry.getKey()) * timeMs[entry.getValue()];
        }
        double gbSeconds = 0;
        double resident = 0;
        for (int g = 0; g < tiers.size(); g++) {
            gbSeconds += memoryMiB(g) / 1024 * busy(g);
            resident += replicas(g) * (memoryMiB(g) + limit("sidecarMiB", 45));
        }
        return new Worth(requests == 0 ? 0 : latency / requests, gbSeconds, resident);
    }

    private double busy(int group) {
        double busy = 0;
        for (int i = 0; i < copies.size(); i++) {
            boolean here = copies.get(i).group == group && homeOf(copies.get(i).function) == i;
            busy += here ? received[i] * timeMs[i] / 1000 : 0;
        }
        return busy;
    }

    double replicas(int group) {
        double requests = 0;
        double cpu = 0;
        for (int i = 0; i < copies.size(); i++) {
            if (copies.get(i).group == group) {
                JsonNode function = function(copies.get(i).function);
                requests += received[i];
                double own = function.path("ratePerSecond").asDouble();
                cpu += own == 0 ? 0 : function.path("cpuMillicores").asDouble(0) * rate[i] / own;
            }
        }
        double instances = Math.max(busy(group) / limit("concurrency", 10), cpu / limit("cpuMillicores", 1000));
        return requests == 0 ? 0 : Math.max(1, instances);
    }

    private double outside(String name) {
        JsonNode function = function(name);
        double own = function.path("ratePerSecond").asDouble();
        double rest = own;
        for (JsonNode edge : edges) {
            rest -= edge.path("to").textValue().equals(name)
                    ? edge.path("ratePerSecond").asDouble()
                    : 0;
        }
        return function.path("entry").asBoolean(false) && rest >= 1e-9 * own ? rest : 0;
    }

    private static boolean isFromTo(JsonNode edge, String from, String to) {
        return edge.path("from").textValue().equals(from)
                && edge.path("to").textValue().equals(to);
    }

    private void settle() {
        timeMs = new double[copies.size()];
        rate = new double[copies.size()];
        boolean changed = true;
        for (int round = 0; changed && round < ROUNDS; round++) {
            double[] nextTime = new double[copies.size()];
            double[] nextRate = new double[copies.size()];
            double[] nextReceived = new double[copies.size()];
            for (int i = 0; i < copies.size(); i++) {
                Copy copy = copies.get(i);
                JsonNode function = function(copy.function);
                nextTime[i] += function.path("busyMs").asDouble();
                if (homeOf(copy.function) == i) {
                    nextReceived[i] += outside(copy.function);
                    nextRate[i] += outside(copy.function);
                }
                for (JsonNode edge : edges) {
                    if (edge.path("from").textValue().equals(copy.function)) {
                        send(edge, i, nextTime, nextRate, nextReceived);
                    }
                }
            }
            changed = !settled(timeMs, nextTime) || !settled(rate, nextRate);
            timeMs = nextTime;
            rate = nextRate;
            received = nextReceived;
        }
    }

    private void send(JsonNode edge, int from, double[] nextTime, double[] nextRate, double[] nextReceived) {
        Copy caller = copies.get(from);
        String callee = edge.path("to").textValue();
        double own = function(caller.function).path("ratePerSecond").asDouble();
        double calls = own == 0 ? 0 : edge.path("ratePerSecond").asDouble() / own;
        boolean isLocal = local.get(caller.group).contains(List.of(caller.function, callee));
        int to = isLocal ? copies.indexOf(new Copy(callee, caller.group)) : homeOf(callee);
        if (Set.of("BLOCKING", "PARALLEL").contains(edge.path("kind").textValue())) {
            double hop = isLocal
                    ? localHopMs(tiers.get(caller.group))
                    : edge.path("hopMs").asDouble(0);
            nextTime[from] += calls * edge.path("criticalShare").asDouble(1) * (hop + timeMs[to]);
        }
        nextRate[to] += rate[from] * calls;
        nextReceived[to] += isLocal ? 0 : rate[from] * calls;
    }

    private static boolean settled(double[] before, double[] after) {
        return Arrays.mismatch(before, after) < 0
                || IntStream.range(0, before.length)
                        .allMatch(i -> Math.abs(after[i] - before[i]) <= 1e-13 * Math.abs(after[i]));
    }
}
