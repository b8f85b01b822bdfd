package dev.sinter.merger.fuse;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sinter.merger.oci.ImageConfig;
import dev.sinter.merger.oci.Json;
import dev.sinter.merger.oci.Layer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Config of a fused image: that of the member whose layers it has, started by our launcher. */
final class FusedConfig {

    /** What whoever starts the image has to write into its hosts file. */
    static final String LOOPBACK = "sinter.loopback";

    static final String RUNTIME = ".sinter/runtime/";
    private static final String ADMIN_PORT = "15020/tcp";

    private FusedConfig() {}

    /** @param members the one whose layers were taken over first */
    static ImageConfig of(
            String group,
            String python,
            List<MemberImage> members,
            List<NewLayer> added,
            int port,
            Map<String, String> loopback) {
        ImageConfig base = members.getFirst().image().config();
        ObjectNode document = base.copyOfDocument();
        for (String engineState : List.of("id", "parent", "container", "container_config", "docker_version")) {
            document.remove(engineState);
        }
        String created = created(members);
        document.put("created", created);
        ObjectNode run = document.get("config") instanceof ObjectNode object ? object : document.putObject("config");
        for (String own : List.of("Cmd", "Healthcheck", "OnBuild", "Shell", "Hostname", "Domainname", "Image")) {
            run.remove(own);
        }
        run.putArray("Entrypoint").add(python).add("/" + RUNTIME + RuntimeFiles.LAUNCHER);
        ArrayNode environment = run.putArray("Env");
        commonEnvironment(members).forEach((name, value) -> environment.add(name + "=" + value));
        run.put("StopSignal", "SIGTERM");
        keys(run, "ExposedPorts", ports(members, port));
        TreeSet<String> volumes = new TreeSet<>();
        members.forEach(member -> volumes.addAll(member.image().config().volumes()));
        keys(run, "Volumes", volumes);
        ObjectNode labels = run.putObject("Labels");
        labels(group, members).forEach(labels::put);
        if (!loopback.isEmpty()) {
            List<String> hosts = new ArrayList<>();
            loopback.forEach((name, address) -> hosts.add(name + "=" + address));
            labels.put(LOOPBACK, String.join(",", hosts));
        }
        rootfs(document, added, created);
        return ImageConfig.parse(Json.write(document));
    }

    /** A layer and what made it, for the history. */
    record NewLayer(Layer layer, String by) {}

    /** What all members agree on; the rest is each function's own and is in the plan. */
    static Map<String, String> commonEnvironment(List<MemberImage> members) {
        Map<String, String> common =
                new LinkedHashMap<>(members.getFirst().launch().environment());
        for (MemberImage member : members) {
            Map<String, String> own = member.launch().environment();
            common.entrySet()
                    .removeIf(entry -> !entry.getKey().equals("PATH")
                            && !Objects.equals(own.get(entry.getKey()), entry.getValue()));
        }
        return common;
    }

    private static Set<String> ports(List<MemberImage> members, int port) {
        Set<String> ports = new TreeSet<>(List.of(ADMIN_PORT, port + "/tcp"));
        for (MemberImage member : members) {
            ports.addAll(member.image().config().exposedPorts());
        }
        return ports;
    }

    private static Map<String, String> labels(String group, List<MemberImage> members) {
        Map<String, String> labels = new TreeMap<>();
        for (MemberImage member : members) {
            String prefix = "sinter.fn." + member.name() + ".";
            labels.put(prefix + "image", member.image().config().digest().value());
            member.image().config().labels().forEach((name, value) -> labels.put(prefix + name, value));
        }
        labels.put("io.buildpacks.rebasable", "false");
        labels.put("org.opencontainers.image.title", "fused-" + group);
        labels.put(
                "org.opencontainers.image.description",
                "Functions fused by Sinter: "
                        + String.join(
                                ", ",
                                members.stream().map(MemberImage::name).sorted().toList()));
        return labels;
    }

    private static void rootfs(ObjectNode document, List<NewLayer> added, String created) {
        ArrayNode diffIds = document.withObject("rootfs").withArray("diff_ids");
        ArrayNode history = document.get("history") instanceof ArrayNode list ? list : document.putArray("history");
        for (NewLayer layer : added) {
            diffIds.add(layer.layer().diffId().value());
            history.addObject().put("created", created).put("created_by", layer.by());
        }
    }

    private static void keys(ObjectNode run, String field, Iterable<String> names) {
        ObjectNode object = run.putObject(field);
        names.forEach(object::putObject);
        if (object.isEmpty()) {
            run.remove(field);
        }
    }

    /** The youngest input's: the same inputs give the same image. RFC 3339 in UTC sorts as text. */
    private static String created(List<MemberImage> members) {
        String youngest = "1970-01-01T00:00:00Z";
        for (MemberImage member : members) {
            String created = member.image().config().created();
            if (created != null && created.endsWith("Z") && created.compareTo(youngest) > 0) {
                youngest = created;
            }
        }
        return youngest;
    }
}
