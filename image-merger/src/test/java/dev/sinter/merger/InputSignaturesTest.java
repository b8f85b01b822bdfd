package dev.sinter.merger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sinter.merger.TestImage.Tar;
import dev.sinter.merger.oci.Digest;
import dev.sinter.merger.oci.Json;
import dev.sinter.merger.supply.DsseSigner;
import dev.sinter.merger.supply.SignatureVerifier;
import dev.sinter.merger.supply.TestKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a policy demands signed inputs, nothing else gets in. */
final class InputSignaturesTest {

    private static final TestKeys KEYS = TestKeys.fresh();
    private static final TestKeys OTHER = TestKeys.fresh();

    @TempDir
    Path directory = Path.of("");

    private Path archive = Path.of("");
    private Path signed = Path.of("");

    @BeforeEach
    void signOne() {
        TestImage image = TestImage.from(TestImage.python()).layer(new Tar().file("app/app.py", "import flask"));
        archive = TestImage.archive(directory.resolve("in.tar"), Map.of("a", image));
        signed = directory.resolve("signed");
        sign(KEYS, "docker-archive:" + archive, signed);
    }

    @Test
    void anImageSignedByTheKeyIsTaken() {
        assertThat(analyse(KEYS, "oci:" + signed).members()).hasSize(1);
    }

    @Test
    void anImageSignedByAnotherKeyIsRefused() {
        assertThatThrownBy(() -> analyse(OTHER, "oci:" + signed))
                .isInstanceOf(MergeException.class)
                .hasMessageContaining("SNT0221 image of a")
                .hasMessageContaining("none by the given key");
    }

    @Test
    void whatCarriesNoSignatureIsRefused() {
        Path unsigned = directory.resolve("unsigned");
        new ImageMerger(MergerSettings.in(directory.resolve("cache")), null)
                .merge(request("docker-archive:" + archive), "oci:" + unsigned, MergeProgress.NONE);

        assertThatThrownBy(() -> analyse(KEYS, "oci:" + unsigned)).hasMessageContaining("no signature");
        assertThatThrownBy(() -> analyse(KEYS, "docker-archive:" + archive)).hasMessageContaining("no signature");
    }

    @Test
    void theOlderFormOfSignatureAloneIsEnough() throws IOException {
        keepOnly(node -> !node.has("artifactType"));

        assertThat(analyse(KEYS, "oci:" + signed).members()).hasSize(1);
    }

    @Test
    void aBundleAloneIsEnough() throws IOException {
        keepOnly(node -> !node.path("annotations").has("org.opencontainers.image.ref.name"));

        assertThat(analyse(KEYS, "oci:" + signed).members()).hasSize(1);
    }

    @Test
    void aSignedStatementThatOnlyDescribesTheImageDoesNotVouchForIt() throws IOException {
        keepOnly(node -> !node.path("annotations").has("org.opencontainers.image.ref.name") && !vouches(node));

        assertThatThrownBy(() -> analyse(KEYS, "oci:" + signed)).hasMessageContaining("none by the given key");
    }

    @Test
    void aSignatureOfAnotherImageDoesNotCount() throws IOException {
        TestImage other = TestImage.from(TestImage.python()).layer(new Tar().file("app/app.py", "import os"));
        Path otherArchive = TestImage.archive(directory.resolve("other.tar"), Map.of("a", other));
        Path victim = directory.resolve("victim");
        new ImageMerger(MergerSettings.in(directory.resolve("cache")), null)
                .merge(request("docker-archive:" + otherArchive), "oci:" + victim, MergeProgress.NONE);
        // The signatures of the signed image, said to be of the victim: by subject and by tag.
        String subject = index(victim).at("/manifests/0/digest").asText();
        ObjectNode index = index(victim);
        for (JsonNode node : index(signed).get("manifests")) {
            JsonNode manifest = blob(signed, node.path("digest").asText());
            if (manifest.has("subject")) {
                ((ObjectNode) manifest.get("subject")).put("digest", subject);
                ((ArrayNode) index.get("manifests")).add(store(victim, (ObjectNode) manifest));
            } else if (node.has("annotations")) {
                ObjectNode copy = store(victim, (ObjectNode) manifest);
                copy.putObject("annotations")
                        .put("org.opencontainers.image.ref.name", "sha256-" + subject.substring(7) + ".sig");
                ((ArrayNode) index.get("manifests")).add(copy);
            }
            for (JsonNode layer : manifest.path("layers")) {
                String hex = layer.path("digest").asText().substring(7);
                Path blob = signed.resolve("blobs/sha256/" + hex);
                Path copy = victim.resolve("blobs/sha256/" + hex);
                if (!Files.exists(copy)) {
                    Files.copy(blob, copy);
                }
            }
        }
        Files.write(victim.resolve("index.json"), Json.write(index));

        assertThatThrownBy(() -> analyse(KEYS, "oci:" + victim)).hasMessageContaining("none by the given key");
    }

    private static ObjectNode store(Path layout, ObjectNode manifest) throws IOException {
        byte[] json = Json.write(manifest);
        String digest = Digest.of(json).value();
        Files.write(layout.resolve("blobs/sha256/" + digest.substring(7)), json);
        ObjectNode node = Json.object();
        node.put("mediaType", manifest.path("mediaType").asText());
        node.put("digest", digest).put("size", json.length);
        if (manifest.has("artifactType")) {
            node.put("artifactType", manifest.path("artifactType").asText());
        }
        return node;
    }

    private void sign(TestKeys keys, String image, Path layout) {
        MergerSettings settings =
                MergerSettings.in(directory.resolve("cache")).signedBy(DsseSigner.of(keys.privatePem()));
        new ImageMerger(settings, null).merge(request(image), "oci:" + layout, MergeProgress.NONE);
    }

    private CompatibilityReport analyse(TestKeys keys, String image) {
        MergerSettings settings = MergerSettings.in(directory.resolve("cache"))
                .onlyInputsSignedBy(SignatureVerifier.of(keys.publicPem()));
        return new ImageMerger(settings, null).analyse(request(image), MergeProgress.NONE);
    }

    private static MergeRequest request(String image) {
        return new MergeRequest("g", List.of(new Member("a", image, Overrides.NONE, null)), List.of(), Tier.IN_PROCESS);
    }

    private void keepOnly(Predicate<JsonNode> kept) throws IOException {
        ObjectNode index = index(signed);
        ArrayNode all = (ArrayNode) index.get("manifests");
        ArrayNode left = index.putArray("manifests");
        for (JsonNode node : all) {
            if (kept.test(node)) {
                left.add(node);
            }
        }
        assertThat(left.size()).isLessThan(all.size());
        Files.write(signed.resolve("index.json"), Json.write(index));
    }

    /** Whether an attachment's statement is the one that vouches for the image. */
    private boolean vouches(JsonNode node) {
        JsonNode manifest = blob(signed, node.path("digest").asText());
        if (!manifest.has("subject")) {
            return false;
        }
        JsonNode bundle = blob(signed, manifest.at("/layers/0/digest").asText());
        byte[] statement =
                Base64.getDecoder().decode(bundle.at("/dsseEnvelope/payload").asText());
        return new String(statement, StandardCharsets.UTF_8).contains("https://sigstore.dev/cosign/sign/v1");
    }

    private static ObjectNode index(Path layout) throws IOException {
        return Json.readObject(Files.readAllBytes(layout.resolve("index.json")), "index");
    }

    private static JsonNode blob(Path layout, String digest) {
        try {
            return Json.read(Files.readAllBytes(layout.resolve("blobs/sha256/" + digest.substring(7))), digest);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
