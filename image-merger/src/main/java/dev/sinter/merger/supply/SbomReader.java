package dev.sinter.merger.supply;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sinter.merger.oci.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads SBOMs as images carry them: CycloneDX and SPDX 2 in JSON, alone, as an in-toto predicate, or inside a DSSE envelope
 * or Sigstore bundle.
 */
final class SbomReader {

    static final int MAX_BYTES = 32 << 20;
    private static final int MAX_WRAPPERS = 4;
    private static final int MAX_DEPTH = 100;

    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxStringLength(MAX_BYTES)
                            .maxDocumentLength(MAX_BYTES)
                            .build())
                    .build())
            .build();

    /**
     * What one document says.
     *
     * @param components CycloneDX components by their reference in the document
     * @param dependencies references by the reference of what needs them
     * @param roots references of what the document is about
     */
    record Sbom(Map<String, ObjectNode> components, Map<String, Set<String>> dependencies, Set<String> roots) {}

    private SbomReader() {}

    /** @return {@code null} for what is no SBOM, or none in a form that is read */
    static @Nullable Sbom read(byte[] content) {
        try {
            JsonNode document = MAPPER.readTree(content);
            for (int i = 0; i < MAX_WRAPPERS && document != null; i++) {
                if (document.path("bomFormat").asText().equals("CycloneDX")) {
                    return cyclonedx(document);
                }
                if (document.path("spdxVersion").asText().startsWith("SPDX-2")) {
                    return spdx(document);
                }
                document = inside(document);
            }
            return null;
        } catch (IOException | IllegalArgumentException e) {
            return null;
        }
    }

    private static @Nullable JsonNode inside(JsonNode wrapper) throws IOException {
        if (wrapper.has("dsseEnvelope")) {
            return wrapper.get("dsseEnvelope");
        }
        if (wrapper.path("payloadType").asText().contains("in-toto")) {
            return MAPPER.readTree(
                    Base64.getDecoder().decode(wrapper.path("payload").asText()));
        }
        return wrapper.get("predicate");
    }

    private static Sbom cyclonedx(JsonNode document) {
        Sbom sbom = new Sbom(new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashSet<>());
        JsonNode about = document.path("metadata").path("component");
        if (about.has("bom-ref")) {
            sbom.roots().add(about.path("bom-ref").asText());
        }
        flatten(document.path("components"), sbom);
        for (JsonNode node : document.path("dependencies")) {
            Set<String> needs =
                    sbom.dependencies().computeIfAbsent(node.path("ref").asText(), ref -> new LinkedHashSet<>());
            node.path("dependsOn").forEach(ref -> needs.add(ref.asText()));
        }
        return sbom;
    }

    /** Parts of components are components. */
    private static void flatten(JsonNode components, Sbom sbom) {
        for (JsonNode node : components) {
            if (node instanceof ObjectNode component && component.hasNonNull("name") && component.hasNonNull("type")) {
                ObjectNode copy = component.deepCopy();
                JsonNode parts = copy.remove("components");
                String ref = copy.path("bom-ref").asText("#" + sbom.components().size());
                sbom.components().put(ref, copy);
                if (parts != null) {
                    flatten(parts, sbom);
                }
            }
        }
    }

    private static Sbom spdx(JsonNode document) {
        Sbom sbom = new Sbom(new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashSet<>());
        document.path("documentDescribes").forEach(id -> sbom.roots().add(id.asText()));
        for (JsonNode node : document.path("relationships")) {
            String from = node.path("spdxElementId").asText();
            String to = node.path("relatedSpdxElement").asText();
            switch (node.path("relationshipType").asText()) {
                case "DESCRIBES" -> sbom.roots().add(to);
                case "DEPENDS_ON" ->
                    sbom.dependencies()
                            .computeIfAbsent(from, ref -> new LinkedHashSet<>())
                            .add(to);
                case "DEPENDENCY_OF" ->
                    sbom.dependencies()
                            .computeIfAbsent(to, ref -> new LinkedHashSet<>())
                            .add(from);
                default -> {
                    // What contains, generates or copies what has no counterpart among CycloneDX dependencies.
                }
            }
        }
        for (JsonNode node : document.path("packages")) {
            String id = node.path("SPDXID").asText();
            if (node.hasNonNull("name") && !sbom.roots().contains(id)) {
                sbom.components().put(id, component(node));
            }
        }
        return sbom;
    }

    private static ObjectNode component(JsonNode spdxPackage) {
        ObjectNode component = Json.object();
        component.put("type", "library");
        component.put("name", spdxPackage.path("name").asText());
        if (spdxPackage.hasNonNull("versionInfo")) {
            component.put("version", spdxPackage.path("versionInfo").asText());
        }
        for (String field : List.of("licenseConcluded", "licenseDeclared")) {
            String licence = spdxPackage.path(field).asText();
            // LicenseRef- names a text of the SPDX document that is not taken over.
            boolean said = !licence.isEmpty() && !licence.matches("NOASSERTION|NONE|.*LicenseRef-.*");
            if (said && !component.has("licenses")) {
                component.putArray("licenses").addObject().put("expression", licence);
            }
        }
        for (JsonNode reference : spdxPackage.path("externalRefs")) {
            if (reference.path("referenceType").asText().equals("purl") && !component.has("purl")) {
                component.put("purl", reference.path("referenceLocator").asText());
            }
        }
        hashes(spdxPackage, component);
        return component;
    }

    private static void hashes(JsonNode spdxPackage, ObjectNode component) {
        List<ObjectNode> hashes = new ArrayList<>();
        for (JsonNode checksum : spdxPackage.path("checksums")) {
            String algorithm = checksum.path("algorithm").asText();
            if (algorithm.matches("SHA(1|256|384|512)")) {
                String name = "SHA-" + algorithm.substring("SHA".length());
                hashes.add(Json.object()
                        .put("alg", name)
                        .put("content", checksum.path("checksumValue").asText()));
            }
        }
        if (!hashes.isEmpty()) {
            ArrayNode list = component.putArray("hashes");
            hashes.forEach(list::add);
        }
    }
}
