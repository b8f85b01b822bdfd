package dev.sinter.merger.supply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sinter.merger.oci.Digest;
import dev.sinter.merger.oci.Json;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One CycloneDX 1.6 document for a fused image, out of those its members' images carry; nothing is scanned again. What several
 * members have is in it once, with the names of all of them. A member without a document makes it incomplete, and it says so.
 */
public final class MergedSbom {

    public static final String MEDIA_TYPE = "application/vnd.cyclonedx+json";
    public static final String PREDICATE = "https://cyclonedx.org/bom";
    private static final String FUNCTION = "sinter:function";
    private static final String ROOT = "fused";

    /** @param documents SBOMs in any form; what cannot be read counts as missing */
    public record Input(Digest image, List<byte[]> documents) {}

    private final SortedMap<String, ObjectNode> components = new TreeMap<>();
    private final SortedMap<String, Set<String>> functions = new TreeMap<>();
    private final SortedMap<String, Set<String>> dependencies = new TreeMap<>();
    private final Set<String> missing = new LinkedHashSet<>();

    private MergedSbom() {}

    /**
     * @param inputs by name of the member
     * @return {@code null} if no member has any
     */
    public static @Nullable ObjectNode of(String group, Digest fused, SortedMap<String, Input> inputs) {
        MergedSbom merged = new MergedSbom();
        inputs.forEach(merged::add);
        return merged.missing.size() == inputs.size() ? null : merged.document(group, fused, inputs);
    }

    private void add(String member, Input input) {
        boolean any = false;
        for (byte[] document : input.documents()) {
            SbomReader.Sbom sbom = SbomReader.read(document);
            if (sbom != null) {
                any = true;
                add(member, sbom);
            }
        }
        if (!any) {
            missing.add(member);
        }
    }

    private void add(String member, SbomReader.Sbom sbom) {
        Map<String, String> renamed = new LinkedHashMap<>();
        sbom.components().forEach((ref, component) -> renamed.put(ref, reference(component)));
        sbom.components().forEach((ref, component) -> {
            String name = renamed.getOrDefault(ref, ref);
            components.putIfAbsent(name, component);
            functions.computeIfAbsent(name, n -> new LinkedHashSet<>()).add(member);
        });
        Set<String> own = dependencies.computeIfAbsent(member(member), n -> new LinkedHashSet<>());
        sbom.dependencies().forEach((from, needs) -> {
            String name = sbom.roots().contains(from) ? member(member) : renamed.get(from);
            for (String need : needs) {
                String needed = renamed.get(need);
                if (name != null && needed != null && !needed.equals(name)) {
                    dependencies
                            .computeIfAbsent(name, n -> new LinkedHashSet<>())
                            .add(needed);
                }
            }
        });
        // A document that does not say what the image itself needs: all of it.
        if (own.isEmpty()) {
            own.addAll(renamed.values());
        }
    }

    /** One name for the same package in every document: its package URL, else what it is called. */
    private static String reference(ObjectNode component) {
        String purl = component.path("purl").asText();
        return !purl.isEmpty()
                ? purl
                : component.path("type").asText() + ":"
                        + component.path("group").asText() + "/"
                        + component.path("name").asText() + "@"
                        + component.path("version").asText();
    }

    private static String member(String name) {
        return "function:" + name;
    }

    private ObjectNode document(String group, Digest fused, SortedMap<String, Input> inputs) {
        ObjectNode document = Json.object();
        document.put("bomFormat", "CycloneDX");
        document.put("specVersion", "1.6");
        // Of the image, so that the same merge gives the same document.
        document.put(
                "serialNumber",
                "urn:uuid:" + UUID.nameUUIDFromBytes(fused.value().getBytes(StandardCharsets.US_ASCII)));
        document.put("version", 1);
        ObjectNode about = document.putObject("metadata").putObject("component");
        about.put("type", "container").put("bom-ref", ROOT);
        about.put("name", "fused-" + group).put("version", fused.value());
        ArrayNode list = document.putArray("components");
        inputs.forEach((name, input) -> list.addObject()
                .put("type", "container")
                .put("bom-ref", member(name))
                .put("name", name)
                .put("version", input.image().value()));
        components.forEach((name, component) -> list.add(named(name, component)));
        ArrayNode graph = document.putArray("dependencies");
        ArrayNode members = graph.addObject().put("ref", ROOT).putArray("dependsOn");
        inputs.keySet().forEach(name -> members.add(member(name)));
        dependencies.forEach((name, needs) -> {
            ArrayNode needed = graph.addObject().put("ref", name).putArray("dependsOn");
            needs.stream().sorted().forEach(needed::add);
        });
        if (!missing.isEmpty()) {
            ObjectNode composition = document.putArray("compositions").addObject();
            composition.put("aggregate", "incomplete");
            ArrayNode assemblies = composition.putArray("assemblies");
            missing.forEach(name -> assemblies.add(member(name)));
        }
        return document;
    }

    private ObjectNode named(String name, ObjectNode component) {
        component.put("bom-ref", name);
        JsonNode known = component.get("properties");
        ArrayNode properties = known instanceof ArrayNode array ? array : component.putArray("properties");
        for (String function : functions.getOrDefault(name, Set.of())) {
            properties.addObject().put("name", FUNCTION).put("value", function);
        }
        return component;
    }
}
