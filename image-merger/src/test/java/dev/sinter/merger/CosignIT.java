package dev.sinter.merger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinter.merger.TestImage.Tar;
import dev.sinter.merger.supply.DsseSigner;
import dev.sinter.merger.supply.SignatureVerifier;
import dev.sinter.merger.supply.TestKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the cosign of Debian 13 on the other side: it verifies what we sign, we verify what it signs. */
final class CosignIT {

    private static final TestKeys KEYS = TestKeys.fresh();

    /** Without it, cosign fetches those of the public Sigstore, which a key of one's own does not need. */
    private static final String NO_AUTHORITIES = """
        {"mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
         "tlogs": [], "certificateAuthorities": [], "ctlogs": [], "timestampAuthorities": []}
        """;

    @TempDir
    static Path directory = Path.of("");

    private static Path cosign = Path.of("cosign");
    private static @Nullable DebianRegistry registry;

    @BeforeAll
    static void bring() throws IOException, InterruptedException {
        registry = DebianRegistry.start(directory, "");
        cosign = DebianPackage.of("cosign").unpackedIn(directory).resolve("usr/bin/cosign");
        Files.writeString(directory.resolve("key.pem"), KEYS.privatePem());
        Files.writeString(directory.resolve("key.pub"), KEYS.publicPem());
        Files.writeString(directory.resolve("root.json"), NO_AUTHORITIES);
    }

    @AfterAll
    static void end() {
        if (registry != null) {
            registry.close();
        }
    }

    private static String image(String name) {
        return Objects.requireNonNull(registry).host() + "/" + name;
    }

    @Test
    void cosignVerifiesWhatWeSign() throws IOException, InterruptedException {
        String image = image("ours/fused:v1");
        MergeResult result = merger(settings().signedBy(DsseSigner.of(KEYS.privatePem())))
                .merge(request(archive("ours")), "docker://" + image, MergeProgress.NONE);

        String said =
                cosign("verify", "--key", directory.resolve("key.pub").toString(), "--insecure-ignore-tlog", image);

        assertThat(said).contains("\"docker-manifest-digest\":\"" + result.manifestDigest() + "\"");
    }

    @Test
    void cosignVerifiesOurProvenanceBundle() throws IOException, InterruptedException {
        String image = image("ours/attested:v1");
        merger(settings().signedBy(DsseSigner.of(KEYS.privatePem())))
                .merge(request(archive("attested")), "docker://" + image, MergeProgress.NONE);

        String said = cosign(
                "verify-attestation",
                "--new-bundle-format",
                "--key",
                directory.resolve("key.pub").toString(),
                "--insecure-ignore-tlog",
                "--type=slsaprovenance1",
                "--trusted-root",
                directory.resolve("root.json").toString(),
                image);

        assertThat(said).contains("payloadType");
    }

    @Test
    void weVerifyWhatCosignSigns() throws IOException, InterruptedException {
        String image = image("theirs/app:v1");
        MergeResult pushed =
                merger(settings()).merge(request(archive("theirs")), "docker://" + image, MergeProgress.NONE);
        MergeRequest request = request("docker://" + image);
        cosign("generate-key-pair", "--output-key-prefix", "theirs");
        ImageMerger strict = merger(
                settings().onlyInputsSignedBy(SignatureVerifier.of(Files.readString(directory.resolve("theirs.pub")))));
        assertThatThrownBy(() -> strict.analyse(request, MergeProgress.NONE)).hasMessageContaining("no signature");

        cosign(
                "sign",
                "--yes",
                "--key",
                directory.resolve("theirs.key").toString(),
                "--tlog-upload=false",
                image("theirs/app@") + pushed.manifestDigest());

        assertThat(strict.analyse(request, MergeProgress.NONE).members()).hasSize(1);
        ImageMerger stricter = merger(settings().onlyInputsSignedBy(SignatureVerifier.of(KEYS.publicPem())));
        assertThatThrownBy(() -> stricter.analyse(request, MergeProgress.NONE))
                .hasMessageContaining("none by the given key");
    }

    private static String cosign(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(cosign.toString()));
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile(directory, "cosign", null);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        builder.environment().put("COSIGN_PASSWORD", "");
        builder.environment().put("HOME", directory.toString());
        Process process = builder.start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(out)).isZero();
        return Files.readString(out);
    }

    private static String archive(String content) {
        TestImage image =
                TestImage.from(TestImage.python()).layer(new Tar().file("app/app.py", "import flask # " + content));
        return "docker-archive:" + TestImage.archive(directory.resolve(content + ".tar"), Map.of("a", image));
    }

    private static MergerSettings settings() {
        return MergerSettings.in(directory.resolve("cache"));
    }

    private static ImageMerger merger(MergerSettings settings) {
        return new ImageMerger(settings, null);
    }

    private static MergeRequest request(String image) {
        return new MergeRequest("g", List.of(new Member("a", image, Overrides.NONE, null)), List.of(), Tier.IN_PROCESS);
    }
}
