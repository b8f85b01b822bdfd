package dev.sinter.merger.fuse;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sinter.merger.LocalPair;
import dev.sinter.merger.Tier;
import dev.sinter.merger.contract.Launch;
import dev.sinter.merger.oci.Json;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code /.sinter/plan.json}: what the runtime starts, and what proves how to take the image apart again. */
final class FusedPlan {

    static final String PATH = ".sinter/plan.json";

    private FusedPlan() {}

    static byte[] write(
            String group,
            Tier tier,
            List<MemberImage> members,
            Map<String, Placed> placed,
            List<LocalPair> local,
            PortPlan ports,
            Map<String, String> loopback) {
        ObjectNode plan = Json.object();
        plan.put("apiVersion", "sinter.dev/fused/v1");
        plan.put("group", group);
        plan.put("tier", tier.name());
        plan.put("port", ports.front());
        ArrayNode list = plan.putArray("members");
        members.stream()
                .sorted(Comparator.comparing(MemberImage::name))
                .forEach(member -> list.add(member(member, placed.getOrDefault(member.name(), Placed.AT_HOME), ports)));
        ArrayNode pairs = plan.putArray("local");
        local.stream()
                .sorted(Comparator.comparing(LocalPair::caller).thenComparing(LocalPair::callee))
                .forEach(pair -> pairs.addArray().add(pair.caller()).add(pair.callee()));
        ArrayNode names = plan.putArray("loopback");
        loopback.forEach((name, address) -> names.addObject().put("name", name).put("address", address));
        return Json.write(plan);
    }

    /** Where a member's files went. */
    record Placed(Map<String, String> relocated, List<String> privatePackages) {
        static final Placed AT_HOME = new Placed(Map.of(), List.of());
    }

    private static ObjectNode member(MemberImage member, Placed placed, PortPlan ports) {
        Launch launch = member.launch();
        Launch.Python python = launch.python();
        ObjectNode node = Json.object();
        node.put("name", member.name());
        node.put("runtime", python == null ? launch.contract() : python.runtime());
        node.put("python", python == null ? "" : python.path());
        launch.argv().forEach(node.putArray("argv")::add);
        node.put("workingDir", launch.workingDir());
        ObjectNode environment = node.putObject("env");
        new TreeMap<>(launch.environment()).forEach(environment::put);
        node.put("user", launch.user());
        node.put("port", launch.port());
        node.put("imageDigest", member.image().config().digest().value());
        node.put("contract", launch.contract());
        ArrayNode relocated = node.putArray("relocated");
        placed.relocated()
                .forEach((from, to) -> relocated.addObject().put("from", from).put("to", to));
        placed.privatePackages().forEach(node.putArray("privatePackages")::add);
        Integer listens = ports.listens().get(member.name());
        if (listens != null) {
            node.put("captured", false);
            node.put("listens", listens);
            node.put("stopSignal", member.image().config().stopSignal());
            if (!listens.equals(launch.port())) {
                environment.put("PORT", listens.toString());
            }
        }
        return node;
    }
}
