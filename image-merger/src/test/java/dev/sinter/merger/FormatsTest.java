package dev.sinter.merger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sinter.merger.TestImage.Tar;
import dev.sinter.merger.oci.Json;
import dev.sinter.merger.oci.MediaTypes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images in whatever form registries and tools keep them. */
final class FormatsTest {

    private static final TestImage A =
            TestImage.from(TestImage.python()).layer(new Tar().file("app/app.py", "import flask # aaa"));
    private static final TestImage B =
            TestImage.from(TestImage.python()).layer(new Tar().file("app/app.py", "import flask"));

    @TempDir
    Path directory = Path.of("");

    private Path target = Path.of("");
    private @Nullable TestLayout made;

    @BeforeEach
    void paths() {
        made = new TestLayout(directory.resolve("in"));
        target = directory.resolve("out");
    }

    @Test
    void layersPackedWithZstdAreReadAndTakenOverAsTheyAre() throws IOException {
        ObjectNode manifest = layout().manifest(A);
        for (int i = 0; i < A.layers().size(); i++) {
            byte[] packed = TestLayout.zstd(A.layers().get(i));
            manifest.withArray("layers").set(i, layout().blob(TestLayout.ZSTD_LAYER, packed));
        }
        String a = layout().tag("a", layout().blob(MediaTypes.MANIFEST, Json.write(manifest)));

        merge(a, layout().tag("b", layout().image(B)));

        JsonNode layers = json(rootDigest()).get("layers");
        assertThat(layers.get(0)).isEqualTo(manifest.at("/layers/0"));
        assertThat(layers.get(1)).isEqualTo(manifest.at("/layers/1"));
        assertThat(layers.get(2).get("mediaType").asText()).isEqualTo(MediaTypes.LAYER_GZIP);
        assertMerged();
    }

    @Test
    void aLayerOfSeveralZstdFramesIsReadToItsEnd() {
        ObjectNode manifest = layout().manifest(B);
        byte[] tar = B.layers().get(1);
        byte[] first = TestLayout.zstd(Arrays.copyOf(tar, 700));
        byte[] second = TestLayout.zstd(Arrays.copyOfRange(tar, 700, tar.length));
        byte[] skippable = {0x50, 0x2A, 0x4D, 0x18, 2, 0, 0, 0, 'h', 'i'};
        byte[] packed = ByteBuffer.allocate(skippable.length + first.length + second.length)
                .put(skippable)
                .put(first)
                .put(second)
                .array();
        manifest.withArray("layers").set(1, layout().blob(TestLayout.ZSTD_LAYER, packed));

        merge(
                layout().tag("a", layout().image(A)),
                layout().tag("b", layout().blob(MediaTypes.MANIFEST, Json.write(manifest))));

        assertMerged();
    }

    @Test
    void dockersManifestsAreReadAndOcisWritten() throws IOException {
        merge(layout().tag("a", layout().dockerImage(A)), layout().tag("b", layout().dockerImage(B)));

        JsonNode manifest = json(rootDigest());
        assertThat(manifest.get("mediaType").asText()).isEqualTo(MediaTypes.MANIFEST);
        assertThat(manifest.at("/config/mediaType").asText()).isEqualTo(MediaTypes.CONFIG);
        assertThat(manifest.get("layers").findValuesAsText("mediaType")).containsOnly(MediaTypes.LAYER_GZIP);
        assertMerged();
    }

    @Test
    void ofSeveralPlatformsThoseThatAllMembersHaveAreBuilt() throws IOException {
        String a = layout().tag("a", platforms(MediaTypes.INDEX, A, "amd64", "arm64", "s390x"));
        String b = layout().tag("b", platforms(MediaTypes.DOCKER_LIST, B, "arm64", "ppc64le", "amd64"));

        merge(a, b);

        JsonNode index = json(rootDigest());
        assertThat(index.get("mediaType").asText()).isEqualTo(MediaTypes.INDEX);
        List<String> built = new ArrayList<>();
        for (JsonNode entry : index.get("manifests")) {
            String architecture = entry.at("/platform/architecture").asText();
            JsonNode config =
                    json(json(entry.get("digest").asText()).at("/config/digest").asText());
            assertThat(config.get("architecture").asText()).isEqualTo(architecture);
            built.add(architecture);
        }
        assertThat(built).containsExactlyInAnyOrder("amd64", "arm64");
    }

    @Test
    void attestationsInAnIndexAreNoPlatform() throws IOException {
        ObjectNode attestation = layout().blob(MediaTypes.MANIFEST, TestLayout.text("{\"schemaVersion\":2}"));
        attestation.putObject("platform").put("os", "unknown").put("architecture", "unknown");
        String a = layout().tag("a", layout().index(MediaTypes.INDEX, layout().image(A), attestation));

        merge(a, layout().tag("b", layout().image(B)));

        assertThat(json(rootDigest()).get("mediaType").asText()).isEqualTo(MediaTypes.MANIFEST);
    }

    private TestLayout layout() {
        return Objects.requireNonNull(made);
    }

    private ObjectNode platforms(String mediaType, TestImage image, String... architectures) {
        List<ObjectNode> entries = new ArrayList<>();
        for (String architecture : architectures) {
            ObjectNode entry = layout().image(TestImage.from(image).architecture(architecture));
            entry.putObject("platform").put("os", "linux").put("architecture", architecture);
            entries.add(entry);
        }
        return layout().index(mediaType, entries.toArray(ObjectNode[]::new));
    }

    private void merge(String a, String b) {
        new ImageMerger(MergerSettings.in(directory.resolve("cache")), null)
                .merge(
                        new MergeRequest(
                                "g",
                                List.of(
                                        new Member("a", a, Overrides.NONE, null),
                                        new Member("b", b, Overrides.NONE, null)),
                                List.of(),
                                Tier.IN_PROCESS),
                        "oci:" + target + ":v1",
                        MergeProgress.NONE);
    }

    private void assertMerged() {
        try (Unpacked fused = Unpacked.of("oci:" + target + ":v1", directory)) {
            assertThat(fused.text("/app/app.py")).isEqualTo("import flask # aaa");
            assertThat(fused.text("/.sinter/fn/b/app/app.py")).isEqualTo("import flask");
        }
    }

    private String rootDigest() throws IOException {
        JsonNode index = Json.read(Files.readAllBytes(target.resolve("index.json")), "index");
        return index.at("/manifests/0/digest").asText();
    }

    private JsonNode json(String digest) throws IOException {
        return Json.read(Files.readAllBytes(target.resolve("blobs/sha256/" + digest.substring(7))), digest);
    }
}
