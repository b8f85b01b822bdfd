package dev.sinter.control.offline;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sinter.planner.graph.CallGraph;
import dev.sinter.planner.graph.CallKind;
import dev.sinter.planner.graph.Edge;
import dev.sinter.planner.graph.ForbiddenPair;
import dev.sinter.planner.graph.FunctionNode;
import dev.sinter.planner.graph.Limits;
import dev.sinter.planner.graph.PairTier;
import dev.sinter.planner.graph.PlanningException;
import dev.sinter.planner.graph.Tier;
import dev.sinter.planner.graph.TierCost;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Call graphs as {@code sinter.dev/graph/v1} documents; the schema is {@code graph-v1.schema.json} beside this class. */
public final class GraphJson {
    /** The version that is read and written. */
    public static final String API_VERSION = "sinter.dev/graph/v1";

    private static final String BYTE_ORDER_MARK = "\uFEFF";
    private static final double DEFAULT_WINDOW_SECONDS = 60;
    private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private GraphJson() {}

    /**
     * The call graph that {@code json} describes; missing keys have the contract's defaults.
     *
     * @throws PlanningException {@code SNT0310} if it is no JSON, {@code SNT0311} and {@code SNT0312} with the path of
     *     a wrong value or key, or what {@link CallGraph} throws
     */
    public static CallGraph read(String json) {
        JsonObject root = new JsonObject(
                "",
                parse(json),
                "apiVersion",
                "windowSeconds",
                "functions",
                "edges",
                "limits",
                "tiers",
                "pairs",
                "forbidden");
        String version = root.text("apiVersion");
        if (!version.equals(API_VERSION)) {
            throw new PlanningException("SNT0311", "apiVersion: " + version + " (expected: " + API_VERSION + ")");
        }
        root.requirePresent("functions", "a list");
        return new CallGraph(
                root.number("windowSeconds", DEFAULT_WINDOW_SECONDS),
                functions(root),
                edges(root),
                limits(root),
                tiers(root),
                pairs(root),
                root.pairs("forbidden").stream()
                        .map(pair -> new ForbiddenPair(pair.get(0), pair.get(1)))
                        .toList());
    }

    private static JsonNode parse(String json) {
        if (json.isBlank()) {
            throw new PlanningException("SNT0310", "line 1: empty (expected: a document of " + API_VERSION + ")");
        }
        try {
            return MAPPER.readTree(json.startsWith(BYTE_ORDER_MARK) ? json.substring(1) : json);
        } catch (JsonProcessingException e) {
            throw new PlanningException(
                    "SNT0310",
                    "line " + (e.getLocation() == null ? 1 : e.getLocation().getLineNr()) + ": no JSON: "
                            + e.getOriginalMessage() + " (expected: a document of " + API_VERSION + ")");
        }
    }

    private static List<FunctionNode> functions(JsonObject root) {
        return root
                .objects(
                        "functions",
                        "name",
                        "entry",
                        "runtime",
                        "ratePerSecond",
                        "busyMs",
                        "baseMiB",
                        "ownMiB",
                        "cpuMillicores",
                        "trust")
                .stream()
                .map(function -> new FunctionNode(
                        function.text("name"),
                        function.flag("entry", false),
                        function.text("runtime", ""),
                        function.number("ratePerSecond"),
                        function.number("busyMs"),
                        function.number("baseMiB", 0),
                        function.number("ownMiB", 0),
                        function.number("cpuMillicores", 0),
                        function.text("trust", "")))
                .toList();
    }

    private static List<Edge> edges(JsonObject root) {
        return root
                .objects(
                        "edges",
                        "from",
                        "to",
                        "ratePerSecond",
                        "kind",
                        "confidence",
                        "samples",
                        "criticalShare",
                        "hopMs",
                        "calleeMs")
                .stream()
                .map(edge -> new Edge(
                        edge.text("from"),
                        edge.text("to"),
                        edge.number("ratePerSecond"),
                        edge.constant("kind", CallKind.class),
                        edge.number("confidence", 1),
                        edge.whole("samples", 0),
                        edge.number("criticalShare", 1),
                        edge.number("hopMs", 0),
                        edge.number("calleeMs", 0)))
                .toList();
    }

    private static Limits limits(JsonObject root) {
        JsonObject limits = root.object(
                "limits", "memoryMiB", "members", "cpuMillicores", "concurrency", "sidecarMiB", "minConfidence");
        Limits defaults = Limits.DEFAULT;
        return limits == null
                ? defaults
                : new Limits(
                        limits.number("memoryMiB", defaults.memoryMiB()),
                        Math.clamp(limits.whole("members", defaults.members()), -1, Integer.MAX_VALUE),
                        limits.number("cpuMillicores", defaults.cpuMillicores()),
                        limits.number("concurrency", defaults.concurrency()),
                        limits.number("sidecarMiB", defaults.sidecarMiB()),
                        limits.number("minConfidence", defaults.minConfidence()));
    }

    private static Map<Tier, TierCost> tiers(JsonObject root) {
        Map<Tier, TierCost> tiers = new EnumMap<>(CallGraph.DEFAULT_TIERS);
        JsonObject listed = root.object("tiers", "IN_PROCESS", "FORKED", "CO_PROCESS", "CO_POD");
        if (listed != null) {
            tiers.replaceAll((tier, cost) -> {
                JsonObject given = listed.object(tier.name(), "localHopMs", "sharesBase");
                return given == null
                        ? cost
                        : new TierCost(
                                given.number("localHopMs", cost.localHopMs()),
                                given.flag("sharesBase", cost.sharesBase()));
            });
        }
        return tiers;
    }

    private static List<PairTier> pairs(JsonObject root) {
        return root.objects("pairs", "pair", "tier").stream()
                .map(entry -> new PairTier(
                        entry.pair("pair").get(0), entry.pair("pair").get(1), entry.constant("tier", Tier.class)))
                .toList();
    }

    /** The document of {@code graph}, every key written, figures unrounded. */
    public static String write(CallGraph graph) {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("apiVersion", API_VERSION).put("windowSeconds", graph.windowSeconds());
        ArrayNode functions = root.putArray("functions");
        for (FunctionNode function : graph.functions()) {
            functions
                    .addObject()
                    .put("name", function.name())
                    .put("entry", function.entry())
                    .put("runtime", function.runtime())
                    .put("ratePerSecond", function.ratePerSecond())
                    .put("busyMs", function.busyMs())
                    .put("baseMiB", function.baseMiB())
                    .put("ownMiB", function.ownMiB())
                    .put("cpuMillicores", function.cpuMillicores())
                    .put("trust", function.trust());
        }
        ArrayNode edges = root.putArray("edges");
        for (Edge edge : graph.edges()) {
            edges.addObject()
                    .put("from", edge.from())
                    .put("to", edge.to())
                    .put("ratePerSecond", edge.ratePerSecond())
                    .put("kind", edge.kind().name())
                    .put("confidence", edge.confidence())
                    .put("samples", edge.samples())
                    .put("criticalShare", edge.criticalShare())
                    .put("hopMs", edge.hopMs())
                    .put("calleeMs", edge.calleeMs());
        }
        root.putObject("limits")
                .put("memoryMiB", graph.limits().memoryMiB())
                .put("members", graph.limits().members())
                .put("cpuMillicores", graph.limits().cpuMillicores())
                .put("concurrency", graph.limits().concurrency())
                .put("sidecarMiB", graph.limits().sidecarMiB())
                .put("minConfidence", graph.limits().minConfidence());
        ObjectNode tiers = root.putObject("tiers");
        new EnumMap<>(graph.tiers())
                .forEach((tier, cost) -> tiers.putObject(tier.name())
                        .put("localHopMs", cost.localHopMs())
                        .put("sharesBase", cost.sharesBase()));
        ArrayNode pairs = root.putArray("pairs");
        for (PairTier pair : graph.pairs()) {
            ObjectNode entry = pairs.addObject();
            entry.putArray("pair").add(pair.first()).add(pair.second());
            entry.put("tier", pair.tier().name());
        }
        ArrayNode forbidden = root.putArray("forbidden");
        for (ForbiddenPair pair : graph.forbidden()) {
            forbidden.addArray().add(pair.first()).add(pair.second());
        }
        return root.toPrettyString();
    }
}
