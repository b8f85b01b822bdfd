package dev.sinter.merger.supply;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sinter.merger.oci.Digest;
import dev.sinter.merger.oci.Json;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cyclonedx.Version;
import org.cyclonedx.parsers.JsonParser;
import org.junit.jupiter.api.Test;

final class MergedSbomTest {

    private static final Digest FUSED = Digest.of("fused".getBytes(UTF_8));

    private static final String CYCLONEDX = """
        {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
         "metadata": {"component": {"type": "container", "name": "a", "bom-ref": "root"}},
         "components": [
          {"type": "library", "name": "flask", "version": "3.1.3", "purl": "pkg:pypi/flask@3.1.3", "bom-ref": "1"},
          {"type": "operating-system", "name": "debian", "version": "12", "bom-ref": "2",
           "components": [{"type": "library", "name": "libc6", "version": "2.36", "purl": "pkg:deb/debian/libc6@2.36",
                           "bom-ref": "3", "properties": [{"name": "syft:package:type", "value": "deb"}]}]}],
         "dependencies": [{"ref": "root", "dependsOn": ["1"]}, {"ref": "1", "dependsOn": ["3"]}]}
        """;

    private static final String SPDX = """
        {"spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "name": "b",
         "documentDescribes": ["SPDXRef-image"],
         "packages": [
          {"SPDXID": "SPDXRef-image", "name": "b"},
          {"SPDXID": "SPDXRef-libc", "name": "libc6", "versionInfo": "2.36", "licenseDeclared": "LGPL-2.1-or-later",
           "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                             "referenceLocator": "pkg:deb/debian/libc6@2.36"}]},
          {"SPDXID": "SPDXRef-w", "name": "waitress", "versionInfo": "3.0.2", "licenseDeclared": "NOASSERTION",
           "checksums": [{"algorithm": "SHA256", "checksumValue":
            "0000000000000000000000000000000000000000000000000000000000000000"}]}],
         "relationships": [
          {"spdxElementId": "SPDXRef-w", "relationshipType": "DEPENDENCY_OF", "relatedSpdxElement": "SPDXRef-image"},
          {"spdxElementId": "SPDXRef-w", "relationshipType": "DEPENDS_ON", "relatedSpdxElement": "SPDXRef-libc"}]}
        """;

    @Test
    void whatSeveralMembersHaveIsInItOnceWithAllTheirNames() {
        ObjectNode sbom = merged(inputs(CYCLONEDX, SPDX));

        JsonNode libc = component(sbom, "pkg:deb/debian/libc6@2.36");
        assertThat(libc.path("properties").findValuesAsText("value")).containsExactly("deb", "a", "b");
        assertThat(component(sbom, "pkg:pypi/flask@3.1.3").path("properties").findValuesAsText("value"))
                .containsExactly("a");
        assertThat(names(sbom)).containsExactlyInAnyOrder("a", "b", "flask", "debian", "libc6", "waitress");
    }

    @Test
    void dependenciesOfBothDocumentsLeadFromTheImageToItsFunctionsToTheirPackages() {
        ObjectNode sbom = merged(inputs(CYCLONEDX, SPDX));

        assertThat(needs(sbom, "fused")).containsExactly("function:a", "function:b");
        assertThat(needs(sbom, "function:a")).containsExactly("pkg:pypi/flask@3.1.3");
        assertThat(needs(sbom, "pkg:pypi/flask@3.1.3")).containsExactly("pkg:deb/debian/libc6@2.36");
        assertThat(needs(sbom, "function:b")).containsExactly("library:/waitress@3.0.2");
        assertThat(needs(sbom, "library:/waitress@3.0.2")).containsExactly("pkg:deb/debian/libc6@2.36");
    }

    @Test
    void itIsValidCycloneDx() throws Exception {
        byte[] json = Json.write(merged(inputs(CYCLONEDX, SPDX)));

        assertThat(new JsonParser().validate(json, Version.VERSION_16)).isEmpty();
        assertThat(new JsonParser().parse(json).getComponents()).hasSize(6);
    }

    @Test
    void aMemberWithoutAnSbomMakesItIncompleteByName() throws Exception {
        ObjectNode sbom = merged(inputs(CYCLONEDX, "no SBOM"));

        assertThat(sbom.at("/compositions/0/aggregate").asText()).isEqualTo("incomplete");
        assertThat(sbom.at("/compositions/0/assemblies/0").asText()).isEqualTo("function:b");
        assertThat(new JsonParser().validate(Json.write(sbom), Version.VERSION_16))
                .isEmpty();
    }

    @Test
    void withoutAnySbomThereIsNone() {
        assertThat(MergedSbom.of("g", FUSED, inputs("{}", "[1]"))).isNull();
    }

    @Test
    void attestationsAreOpenedHoweverTheyAreWrapped() {
        String statement =
                "{\"_type\":\"https://in-toto.io/Statement/v1\",\"predicateType\":\"https://cyclonedx.org/bom\","
                        + "\"predicate\":" + CYCLONEDX + "}";
        String envelope = "{\"payloadType\":\"application/vnd.in-toto+json\",\"payload\":\""
                + Base64.getEncoder().encodeToString(statement.getBytes(UTF_8)) + "\",\"signatures\":[]}";

        for (String form : List.of(statement, envelope, "{\"dsseEnvelope\":" + envelope + "}")) {
            assertThat(names(merged(inputs(form, "{}")))).contains("flask", "libc6");
        }
    }

    @Test
    void theSameInputsGiveTheSameBytes() {
        assertThat(Json.write(merged(inputs(CYCLONEDX, SPDX)))).isEqualTo(Json.write(merged(inputs(CYCLONEDX, SPDX))));
    }

    private static SortedMap<String, MergedSbom.Input> inputs(String a, String b) {
        SortedMap<String, MergedSbom.Input> inputs = new TreeMap<>();
        inputs.put("a", new MergedSbom.Input(Digest.of("a".getBytes(UTF_8)), List.of(a.getBytes(UTF_8))));
        inputs.put("b", new MergedSbom.Input(Digest.of("b".getBytes(UTF_8)), List.of(b.getBytes(UTF_8))));
        return inputs;
    }

    private static ObjectNode merged(SortedMap<String, MergedSbom.Input> inputs) {
        return Objects.requireNonNull(MergedSbom.of("g", FUSED, inputs));
    }

    private static List<String> names(JsonNode sbom) {
        List<String> names = new ArrayList<>();
        sbom.path("components").forEach(node -> names.add(node.path("name").asText()));
        return names;
    }

    private static JsonNode component(JsonNode sbom, String ref) {
        for (JsonNode component : sbom.path("components")) {
            if (component.path("bom-ref").asText().equals(ref)) {
                return component;
            }
        }
        throw new AssertionError(ref + " is not in " + sbom);
    }

    private static List<String> needs(JsonNode sbom, String ref) {
        List<String> needs = new ArrayList<>();
        for (JsonNode node : sbom.path("dependencies")) {
            if (node.path("ref").asText().equals(ref)) {
                node.path("dependsOn").forEach(need -> needs.add(need.asText()));
            }
        }
        return needs;
    }
}
