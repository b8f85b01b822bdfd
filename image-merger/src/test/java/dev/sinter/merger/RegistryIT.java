package dev.sinter.merger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinter.merger.TestImage.Tar;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against the registry of the distribution project, from Debian's package {@code docker-registry}. */
final class RegistryIT {

    @TempDir
    static Path directory = Path.of("");

    private static @Nullable DebianRegistry registry;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        registry = DebianRegistry.start(directory, "");
    }

    @AfterAll
    static void stop() {
        registry().close();
    }

    private static DebianRegistry registry() {
        return Objects.requireNonNull(registry);
    }

    @Test
    void whatIsPushedIsPulledAndSharedLayersAreMounted() throws IOException, InterruptedException {
        TestImage a = TestImage.from(TestImage.python()).layer(new Tar().file("app/app.py", "import flask # aaa"));
        TestImage b = TestImage.from(TestImage.python()).layer(new Tar().file("app/app.py", "import flask"));
        Path archive = TestImage.archive(directory.resolve("in.tar"), TestImage.named("a", a, "b", b));
        ImageMerger merger = new ImageMerger(MergerSettings.in(directory.resolve("cache")), null);
        String first = registry().image("team/one:v1");
        MergeResult pushed = merger.merge(
                request("docker-archive:" + archive + ":a", "docker-archive:" + archive + ":b"),
                first,
                MergeProgress.NONE);

        String second = registry().image("team/two:v1");
        MergeRequest again = new MergeRequest(
                "g2", List.of(new Member("w", first, Overrides.NONE, 8080)), List.of(), Tier.IN_PROCESS);
        merger.merge(again, second, MergeProgress.NONE);

        try (Unpacked fused = Unpacked.of(first, directory)) {
            assertThat(fused.image().config().digest().value()).isEqualTo(pushed.imageId());
            assertThat(fused.text("/.sinter/fn/b/app/app.py")).isEqualTo("import flask");
        }
        assertThat(registry().log()).contains("/v2/team/two/blobs/uploads/?mount=sha256");
        assertThat(registry()
                        .status("team/one/manifests/sha256-"
                                + String.valueOf(pushed.manifestDigest()).substring(7)))
                .as("referrers under the fallback tag")
                .isEqualTo(200);
    }

    @Test
    void anImageThatIsNotThereIsSaidSo() {
        String missing = registry().image("team/none:v1");

        assertThatThrownBy(() -> new ImageMerger(MergerSettings.in(directory.resolve("cache")), null)
                        .analyse(request(missing, missing), MergeProgress.NONE))
                .hasMessageContaining("SNT0202");
    }

    private static MergeRequest request(String a, String b) {
        return new MergeRequest(
                "g1",
                List.of(new Member("a", a, Overrides.NONE, null), new Member("b", b, Overrides.NONE, null)),
                List.of(new LocalPair("a", "b")),
                Tier.IN_PROCESS);
    }
}
