package dev.sinter.control.offline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sinter.planner.graph.PlanningException;
import dev.sinter.planner.graph.Tier;
import dev.sinter.planner.plan.LocalPair;
import dev.sinter.planner.plan.Plan;
import dev.sinter.planner.plan.PlannedGroup;
import dev.sinter.planner.plan.Predicted;
import dev.sinter.planner.plan.Rejection;
import java.util.ArrayList;
import java.util.List;

/** Plans as {@code sinter.dev/plan/v1} documents; the schema is {@code plan-v1.schema.json} beside this class. */
public final class PlanJson {
    /** The version that is written. */
    public static final String API_VERSION = "sinter.dev/plan/v1";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private PlanJson() {}

    /** The document of {@code plan}, figures unrounded. */
    public static String write(Plan plan) {
        ObjectNode root = MAPPER.createObjectNode().put("apiVersion", API_VERSION);
        ArrayNode groups = root.putArray("groups");
        plan.groups().forEach(group -> writeGroup(groups.addObject(), group));
        root.putObject("objective")
                .put("name", plan.objective().id())
                .put("value", plan.value())
                .put("bound", plan.bound())
                .put("gap", plan.gap());
        ObjectNode predicted = root.putObject("predicted");
        writePredicted(predicted, plan.predicted());
        writePredicted(predicted.putObject("before"), plan.before());
        ArrayNode rejected = root.putArray("rejected");
        for (Rejection rejection : plan.rejected()) {
            rejected.addObject()
                    .put("from", rejection.from())
                    .put("to", rejection.to())
                    .put("reason", rejection.reason().name())
                    .put("flip", rejection.flip());
        }
        return root.toPrettyString();
    }

    /**
     * The groups of a plan that {@link #write} made.
     *
     * @throws PlanningException {@code SNT0311} with the path of a missing or wrong value
     */
    public static List<PlannedGroup> groups(JsonNode plan) {
        List<PlannedGroup> groups = new ArrayList<>();
        JsonObject root = new JsonObject("", plan, "apiVersion", "groups", "objective", "predicted", "rejected");
        for (JsonObject group :
                root.objects("groups", "name", "members", "homes", "local", "tier", "memoryMiB", "replicas")) {
            groups.add(new PlannedGroup(
                    group.text("name"),
                    group.texts("members"),
                    group.texts("homes"),
                    group.pairs("local").stream()
                            .map(pair -> new LocalPair(pair.get(0), pair.get(1)))
                            .toList(),
                    group.constant("tier", Tier.class),
                    group.number("memoryMiB"),
                    group.number("replicas")));
        }
        return groups;
    }

    private static void writeGroup(ObjectNode node, PlannedGroup group) {
        node.put("name", group.name());
        group.members().forEach(node.putArray("members")::add);
        group.homes().forEach(node.putArray("homes")::add);
        ArrayNode local = node.putArray("local");
        for (LocalPair pair : group.local()) {
            local.addArray().add(pair.from()).add(pair.to());
        }
        node.put("tier", group.tier().name())
                .put("memoryMiB", group.memoryMiB())
                .put("replicas", group.replicas());
    }

    private static void writePredicted(ObjectNode node, Predicted predicted) {
        node.put("latencyMs", predicted.latencyMs())
                .put("gbSecondsPerSecond", predicted.gbSecondsPerSecond())
                .put("residentMiB", predicted.residentMiB());
    }
}
