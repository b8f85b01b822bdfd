package dev.sinter.merger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sinter.merger.TestImage.Tar;
import dev.sinter.merger.oci.Digest;
import dev.sinter.merger.oci.Json;
import dev.sinter.merger.supply.DsseSigner;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TargetsTest {

    private static final TestImage A =
            TestImage.from(TestImage.python()).layer(new Tar().file("app/app.py", "import flask # aaa"));
    private static final TestImage B =
            TestImage.from(TestImage.python()).layer(new Tar().file("app/app.py", "import flask"));

    @TempDir
    Path directory = Path.of("");

    private MergeRequest request =
            new MergeRequest("g1", List.of(new Member("x", "x", Overrides.NONE, null)), List.of(), Tier.IN_PROCESS);

    @BeforeEach
    void images() {
        Path archive = TestImage.archive(directory.resolve("in.tar"), TestImage.named("a", A, "b", B));
        request = new MergeRequest(
                "g1",
                List.of(
                        new Member("a", "docker-archive:" + archive + ":a", Overrides.NONE, null),
                        new Member("b", "docker-archive:" + archive + ":b", Overrides.NONE, null)),
                List.of(new LocalPair("a", "b")),
                Tier.IN_PROCESS);
    }

    @Test
    void oneMergeHasOneImageIdWhereverItGoes() {
        Set<String> ids = new HashSet<>();
        for (String target : List.of("docker-archive:", "oci:", "oci-archive:")) {
            String out = target + directory.resolve(target.replace(":", ".out"));
            ids.add(merger(null).merge(request, out, MergeProgress.NONE).imageId());
            try (Unpacked fused = Unpacked.of(out, directory)) {
                assertThat(fused.text("/.sinter/fn/b/app/app.py")).isEqualTo("import flask");
                ids.add(fused.image().config().digest().value());
            }
        }
        assertThat(ids).hasSize(1);
    }

    @Test
    void layersTakenOverFromALayoutKeepTheirCompressedDigests() throws IOException {
        String first = "oci:" + directory.resolve("first") + ":v1";
        merger(null).merge(request, first, MergeProgress.NONE);
        MergeRequest again = new MergeRequest(
                "g2", List.of(new Member("w", first, Overrides.NONE, 8080)), List.of(), Tier.IN_PROCESS);
        Path second = directory.resolve("second");

        merger(null).merge(again, "oci:" + second + ":v1", MergeProgress.NONE);

        List<String> before = layerDigests(directory.resolve("first"));
        assertThat(layerDigests(second).subList(0, before.size())).isEqualTo(before);
    }

    @Test
    void aDamagedBlobIsRefusedAndNoTargetAppears() throws IOException {
        Path layout = directory.resolve("layout");
        merger(null).merge(request, "oci:" + layout + ":v1", MergeProgress.NONE);
        Path blob =
                layout.resolve("blobs/sha256/" + layerDigests(layout).getLast().substring(7));
        byte[] damaged = Files.readAllBytes(blob);
        damaged[damaged.length / 2] ^= 1;
        Files.write(blob, damaged);
        MergeRequest again = new MergeRequest(
                "g2", List.of(new Member("w", "oci:" + layout, Overrides.NONE, 8080)), List.of(), Tier.IN_PROCESS);
        Path target = directory.resolve("target.tar");

        assertThatThrownBy(() -> new ImageMerger(MergerSettings.in(directory.resolve("other")), null)
                        .merge(again, "oci-archive:" + target, MergeProgress.NONE))
                .isInstanceOf(MergeException.class)
                .hasMessageContaining("SNT02");
        assertThat(target).doesNotExist();
    }

    @Test
    void gzipOfNewLayersIsTheSameEveryTime() throws IOException {
        Path one = directory.resolve("one");
        Path two = directory.resolve("two");

        MergeResult first = merger(null).merge(request, "oci:" + one + ":v1", MergeProgress.NONE);
        MergeResult second = new ImageMerger(MergerSettings.in(directory.resolve("cold")), null)
                .merge(request, "oci:" + two + ":v1", MergeProgress.NONE);

        assertThat(second.manifestDigest()).isEqualTo(first.manifestDigest());
        String last = layerDigests(one).getLast().substring(7);
        try (InputStream in = new GZIPInputStream(Files.newInputStream(one.resolve("blobs/sha256/" + last)))) {
            assertThat(Digest.of(in.readAllBytes()).value()).isNotEmpty();
        }
    }

    @Test
    void provenanceNamesEveryInputByDigest() throws IOException {
        Path layout = directory.resolve("layout");
        MergeResult result = merger(null).merge(request, "oci:" + layout + ":v1", MergeProgress.NONE);

        JsonNode statement = attachment(layout, "application/vnd.in-toto+json");

        assertThat(statement.get("predicateType").asText()).isEqualTo("https://slsa.dev/provenance/v1");
        assertThat(result.manifestDigest())
                .isEqualTo("sha256:" + statement.at("/subject/0/digest/sha256").asText());
        JsonNode inputs = statement.at("/predicate/buildDefinition/resolvedDependencies");
        assertThat(inputs.at("/0/digest/sha256").asText()).isEqualTo(A.id().substring(7));
        assertThat(inputs.at("/1/digest/sha256").asText()).isEqualTo(B.id().substring(7));
    }

    @Test
    void withAKeyEveryStatementIsSignedSoThatItsPublicKeyVerifiesIt() throws IOException, GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        KeyPair keys = generator.generateKeyPair();
        DsseSigner signer = DsseSigner.of(pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
        Path layout = directory.resolve("layout");

        merger(signer).merge(request, "oci:" + layout + ":v1", MergeProgress.NONE);

        JsonNode envelope = attachment(layout, DsseSigner.BUNDLE).get("dsseEnvelope");
        byte[] payload = Base64.getDecoder().decode(envelope.get("payload").asText());
        String type = envelope.get("payloadType").asText();
        Signature verifier = Signature.getInstance("SHA256withECDSA");
        verifier.initVerify(keys.getPublic());
        verifier.update(
                ("DSSEv1 " + type.length() + " " + type + " " + payload.length + " ").getBytes(StandardCharsets.UTF_8));
        verifier.update(payload);
        assertThat(verifier.verify(Base64.getDecoder()
                        .decode(envelope.at("/signatures/0/sig").asText())))
                .isTrue();
    }

    @Test
    void theReportIsATableAndAJsonDocument() {
        CompatibilityReport report = merger(null).analyse(request, MergeProgress.NONE);

        assertThat(ReportText.table(report))
                .contains("a + b", "IN_PROCESS", ReasonCode.CODE_RELOCATED.code(), "python3.13");
        JsonNode document = Json.read(ReportText.json(report).getBytes(StandardCharsets.UTF_8), "report");
        assertThat(document.at("/pairs/0/tier").asText()).isEqualTo("IN_PROCESS");
        assertThat(document.at("/members/0/contract").asText()).isEqualTo("flask");
    }

    private ImageMerger merger(@org.jspecify.annotations.Nullable DsseSigner signer) {
        MergerSettings settings = MergerSettings.in(directory.resolve("cache"));
        return new ImageMerger(signer == null ? settings : settings.signedBy(signer), null);
    }

    private static String pem(String kind, byte[] key) {
        return "-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder().encodeToString(key) + "\n-----END " + kind
                + "-----\n";
    }

    private static List<String> layerDigests(Path layout) throws IOException {
        JsonNode root = index(layout).at("/manifests/0");
        return json(layout, root.get("digest").asText()).get("layers").findValuesAsText("digest");
    }

    private static JsonNode attachment(Path layout, String artifactType) throws IOException {
        for (JsonNode node : index(layout).get("manifests")) {
            if (node.path("artifactType").asText("").equals(artifactType)) {
                JsonNode manifest = json(layout, node.get("digest").asText());
                return json(layout, manifest.at("/layers/0/digest").asText());
            }
        }
        throw new IllegalStateException(artifactType);
    }

    private static JsonNode index(Path layout) throws IOException {
        return Json.read(Files.readAllBytes(layout.resolve("index.json")), "index");
    }

    private static JsonNode json(Path layout, String digest) throws IOException {
        return Json.read(Files.readAllBytes(layout.resolve("blobs/sha256/" + digest.substring(7))), digest);
    }
}
