package dev.sinter.merger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sinter.merger.TestImage.Tar;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two functions that need different versions: both keep theirs, or the tier drops; nothing is overwritten. */
final class DependenciesTest {

    private static final TestImage BASE = TestImage.python();
    private static final String SITE = "/" + TestImage.SITE;
    private static final String OWN = "/.sinter/fn/b" + SITE;

    @TempDir
    Path directory = Path.of("");

    @Test
    void aModuleOfOneFileInTwoVersionsIsThereTwice() {
        merge(module("six", "1.16"), module("six", "1.17"));

        try (Unpacked fused = fused()) {
            assertThat(fused.text(SITE + "/six.py")).isEqualTo("v = '1.16'");
            assertThat(fused.text(OWN + "/six.py")).isEqualTo("v = '1.17'");
        }
    }

    @Test
    void aNamespaceThatSeveralDistributionsShareIsCopiedWhole() {
        MergeResult result = merge(
                namespace(namespace(new Tar(), "auth", "1"), "storage", "1"),
                namespace(namespace(new Tar(), "auth", "1"), "storage", "2"));

        assertThat(codes(result.report())).contains(ReasonCode.PACKAGE_PRIVATE.code());
        try (Unpacked fused = fused()) {
            assertThat(fused.text(SITE + "/google/storage.py")).isEqualTo("v = 1");
            assertThat(fused.text(OWN + "/google/storage.py")).isEqualTo("v = 2");
            assertThat(fused.text(OWN + "/google/auth.py"))
                    .as("a package is found in one directory only, so its other parts come along")
                    .isEqualTo("v = 1");
        }
    }

    @Test
    void aVersionThatDiffersOnlyInItsMetadataIsStillAnotherVersion() {
        merge(
                TestImage.distribution(new Tar(), "lib", "1.0", "same"),
                TestImage.distribution(new Tar(), "lib", "1.1", "same"));

        try (Unpacked fused = fused()) {
            assertThat(fused.tree().get(TestImage.SITE + "/lib-1.0.dist-info/METADATA"))
                    .isNotNull();
            assertThat(fused.tree().resolve(SITE + "/lib-1.1.dist-info/METADATA"))
                    .as("importlib.metadata must not find two versions in one directory")
                    .isNull();
            assertThat(fused.tree().resolve(OWN + "/lib-1.1.dist-info/METADATA"))
                    .isNotNull();
            assertThat(fused.text(OWN + "/lib/__init__.py")).isEqualTo("same");
        }
    }

    @Test
    void aPackageWithoutMetadataIsKeptApartAsWell() {
        merge(
                new Tar().directory(TestImage.SITE + "/bare").file(TestImage.SITE + "/bare/__init__.py", "one"),
                new Tar().directory(TestImage.SITE + "/bare").file(TestImage.SITE + "/bare/__init__.py", "two"));

        try (Unpacked fused = fused()) {
            assertThat(fused.text(SITE + "/bare/__init__.py")).isEqualTo("one");
            assertThat(fused.text(OWN + "/bare/__init__.py")).isEqualTo("two");
        }
    }

    @Test
    void aNativeExtensionBelowADifferingPackageDropsTheTierEvenIfItIsEqual() {
        Tar first = TestImage.distribution(new Tar(), "fast", "1.0", "v = 1")
                .file(TestImage.SITE + "/fast/_c.cpython-313-x86_64-linux-gnu.so", "same");
        Tar second = TestImage.distribution(new Tar(), "fast", "1.1", "v = 2")
                .file(TestImage.SITE + "/fast/_c.cpython-313-x86_64-linux-gnu.so", "same");

        MergeResult result = merge(first, second);

        assertThat(result.tier()).isEqualTo(Tier.FORKED);
        try (Unpacked fused = fused()) {
            assertThat(fused.text(SITE + "/fast/__init__.py")).isEqualTo("v = 1");
            assertThat(fused.text(OWN + "/fast/__init__.py")).isEqualTo("v = 2");
        }
    }

    @Test
    void aTierThatIsAskedForIsBuiltThoughAStrongerOneIsReached() {
        merge(new Tar().file("opt/a", "1"), new Tar().file("opt/b", "1"), Tier.FORKED);

        try (Unpacked fused = fused()) {
            JsonNode plan = fused.plan();
            assertThat(plan.path("tier").asText()).isEqualTo("FORKED");
        }
    }

    private static Tar module(String name, String version) {
        String info = TestImage.SITE + "/" + name + "-" + version + ".dist-info";
        return new Tar()
                .file(TestImage.SITE + "/" + name + ".py", "v = '" + version + "'")
                .directory(info)
                .file(info + "/METADATA", "Name: " + name + "\nVersion: " + version + "\n\n")
                .file(info + "/RECORD", name + ".py,,\n");
    }

    private static Tar namespace(Tar tar, String part, String version) {
        String name = "google-" + part;
        String info = TestImage.SITE + "/google_" + part + "-" + version + ".dist-info";
        return tar.directory(TestImage.SITE + "/google")
                .file(TestImage.SITE + "/google/" + part + ".py", "v = " + version)
                .directory(info)
                .file(info + "/METADATA", "Name: " + name + "\nVersion: " + version + "\n\n")
                .file(info + "/RECORD", "google/" + part + ".py,,\n");
    }

    private MergeResult merge(Tar first, Tar second) {
        return merge(first, second, Tier.CO_PROCESS, Tier.IN_PROCESS);
    }

    private MergeResult merge(Tar first, Tar second, Tier tier) {
        return merge(first, second, tier, tier);
    }

    private MergeResult merge(Tar first, Tar second, Tier weakest, Tier strongest) {
        TestImage a = TestImage.from(BASE)
                .layer(new Tar().file("app/app.py", "import flask # the larger one, so it is the base"))
                .layer(first);
        TestImage b = TestImage.from(BASE)
                .workingDir("/b")
                .layer(new Tar().file("b/app.py", "import flask"))
                .layer(second);
        Path archive = TestImage.archive(directory.resolve("in.tar"), TestImage.named("a", a, "b", b));
        List<Member> members = List.of(
                new Member("a", "docker-archive:" + archive + ":a", Overrides.NONE, null),
                new Member("b", "docker-archive:" + archive + ":b", Overrides.NONE, null));
        return new ImageMerger(MergerSettings.in(directory.resolve("cache")), null)
                .merge(
                        new MergeRequest("g", members, List.of(), weakest, strongest),
                        "docker-archive:" + directory.resolve("out.tar"),
                        MergeProgress.NONE);
    }

    private Unpacked fused() {
        return Unpacked.of("docker-archive:" + directory.resolve("out.tar"), directory);
    }

    private static List<String> codes(CompatibilityReport report) {
        return report.pairs().getFirst().reasons().stream()
                .map(CompatibilityReport.Reason::code)
                .toList();
    }
}
