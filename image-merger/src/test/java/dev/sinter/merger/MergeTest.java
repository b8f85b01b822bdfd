package dev.sinter.merger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sinter.merger.TestImage.Tar;
import dev.sinter.merger.oci.Digest;
import dev.sinter.merger.tree.FileNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MergeTest {

    private static final TestImage BASE = TestImage.python();

    @TempDir
    Path directory = Path.of("");

    private Path archive = Path.of("");
    private String target = "";

    @BeforeEach
    void paths() {
        archive = directory.resolve("in.tar");
        target = "docker-archive:" + directory.resolve("out.tar");
    }

    @Test
    void layersOfTheBaseMemberStayByteForByte() {
        TestImage a = TestImage.from(BASE).layer(new Tar().file("app/app.py", "import flask # a, the larger one"));
        TestImage b = TestImage.from(BASE).layer(new Tar().file("app/app.py", "import flask"));

        MergeResult result = merge(a, b);

        assertThat(result.base()).isEqualTo("a");
        try (Unpacked fused = Unpacked.of(target, directory)) {
            assertThat(fused.diffIds().subList(0, 2))
                    .containsExactlyElementsOf(
                            a.layers().stream().map(Digest::of).toList());
        }
    }

    @Test
    void codeAtTheSamePathMovesAndThePlanSaysWhere() {
        TestImage a = TestImage.from(BASE).layer(new Tar().file("app/app.py", "import flask # aaa"));
        TestImage b = TestImage.from(BASE)
                .layer(new Tar().file("app/app.py", "import flask").file("app/data/x.json", "{}"));

        merge(a, b);

        try (Unpacked fused = Unpacked.of(target, directory)) {
            JsonNode moved = plan(fused, "b").get("relocated");
            assertThat(moved.toString()).isEqualTo("[{\"from\":\"/app\",\"to\":\"/.sinter/fn/b/app\"}]");
            assertThat(fused.text("/app/app.py")).isEqualTo("import flask # aaa");
            assertThat(fused.text("/.sinter/fn/b/app/app.py")).isEqualTo("import flask");
            assertThat(fused.text("/.sinter/fn/b/app/data/x.json")).isEqualTo("{}");
            assertThat(plan(fused, "a").get("relocated")).isEmpty();
        }
    }

    @Test
    void filesThatOnlyOneSideHasKeepTheirPaths() {
        TestImage a = TestImage.from(BASE).layer(new Tar().file("app/app.py", "import flask # aaa"));
        TestImage b = TestImage.from(BASE)
                .workingDir("/srv/b")
                .layer(new Tar().file("srv/b/app.py", "import flask").file("opt/model/weights", "1"));

        merge(a, b);

        try (Unpacked fused = Unpacked.of(target, directory)) {
            assertThat(plan(fused, "b").get("relocated")).isEmpty();
            assertThat(fused.text("/srv/b/app.py")).isEqualTo("import flask");
            assertThat(fused.text("/opt/model/weights")).isEqualTo("1");
        }
    }

    @Test
    void packagesOfOneVersionAreSharedWhateverTheirTimesAndBytecode() {
        TestImage a = TestImage.from(BASE)
                .layer(new Tar().file("app/app.py", "import flask # aaa"))
                .layer(TestImage.distribution(new Tar(), "flask", "3.0", "v = 3")
                        .file(TestImage.SITE + "/flask/__pycache__/__init__.cpython-313.pyc", "time 1"));
        TestImage b = TestImage.from(BASE)
                .workingDir("/b")
                .layer(new Tar().file("b/app.py", "import flask"))
                .layer(TestImage.distribution(new Tar(), "flask", "3.0", "v = 3")
                        .file(TestImage.SITE + "/flask/__pycache__/__init__.cpython-313.pyc", "time 2"));

        MergeResult result = merge(a, b);

        assertThat(result.report().tier()).isEqualTo(Tier.IN_PROCESS);
        try (Unpacked fused = Unpacked.of(target, directory)) {
            assertThat(plan(fused, "b").get("privatePackages")).isEmpty();
            assertThat(fused.tree().get(".sinter/fn")).isNull();
        }
    }

    @Test
    void aPackageWhoseVersionDiffersIsCopiedWithAllThatNeedIt() {
        TestImage a = TestImage.from(BASE)
                .layer(new Tar().file("app/app.py", "import flask # aaaa"))
                .layer(TestImage.distribution(new Tar(), "click", "8.0", "v = 80"))
                .layer(TestImage.distribution(new Tar(), "flask", "3.0", "import click", "click"))
                .layer(TestImage.distribution(new Tar(), "idna", "1.0", "pass"));
        TestImage b = TestImage.from(BASE)
                .workingDir("/b")
                .layer(new Tar().file("b/app.py", "import flask"))
                .layer(TestImage.distribution(new Tar(), "click", "8.1", "v = 81"))
                .layer(TestImage.distribution(new Tar(), "flask", "3.0", "import click", "click"))
                .layer(TestImage.distribution(new Tar(), "idna", "1.0", "pass"));

        MergeResult result = merge(a, b);

        assertThat(result.report().tier()).isEqualTo(Tier.IN_PROCESS);
        try (Unpacked fused = Unpacked.of(target, directory)) {
            String own = "/.sinter/fn/b/" + TestImage.SITE;
            assertThat(plan(fused, "b").get("privatePackages").toString()).isEqualTo("[\"" + own + "\"]");
            assertThat(fused.text("/" + TestImage.SITE + "/click/__init__.py")).isEqualTo("v = 80");
            assertThat(fused.text(own + "/click/__init__.py")).isEqualTo("v = 81");
            assertThat(fused.tree().resolve(own + "/flask/__init__.py")).isNotNull();
            assertThat(fused.tree().resolve(own + "/idna")).isNull();
        }
    }

    @Test
    void aNativePackageInTwoVersionsForbidsOneInterpreter() {
        TestImage a = TestImage.from(BASE)
                .layer(new Tar().file("app/app.py", "import flask # aaa"))
                .layer(TestImage.distribution(new Tar(), "fast", "1.0", "v = 1")
                        .file(TestImage.SITE + "/fast/_c.cpython-313-x86_64-linux-gnu.so", "1"));
        TestImage b = TestImage.from(BASE)
                .workingDir("/b")
                .layer(new Tar().file("b/app.py", "import flask"))
                .layer(TestImage.distribution(new Tar(), "fast", "2.0", "v = 2")
                        .file(TestImage.SITE + "/fast/_c.cpython-313-x86_64-linux-gnu.so", "2"));

        CompatibilityReport report = analyse(a, b);

        assertThat(report.tier()).isEqualTo(Tier.FORKED);
        assertThat(codes(report)).contains(ReasonCode.NATIVE_PACKAGE_DIFFERS.code());
    }

    @Test
    void aSystemLibraryThatDiffersIsRefusedAndNothingIsWritten() throws IOException {
        TestImage a = TestImage.from(BASE)
                .layer(new Tar().file("app/app.py", "import flask # aaa").file("usr/lib/libssl.so.3", "one"));
        TestImage b = TestImage.from(BASE)
                .layer(new Tar().file("app/app.py", "import flask").file("usr/lib/libssl.so.3", "two"));

        assertThatThrownBy(() -> merge(a, b))
                .isInstanceOf(MergeException.class)
                .hasMessageContaining("SNT0204")
                .hasMessageContaining("SNT0264")
                .hasMessageContaining("/usr/lib/libssl.so.3");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder("in.tar", "cache");
        }
    }

    @Test
    void theSameImagesGiveTheSameDigestInWhateverOrder() {
        TestImage a = TestImage.from(BASE).layer(new Tar().file("app/app.py", "import flask # aaa"));
        TestImage b = TestImage.from(BASE).layer(new Tar().file("app/app.py", "import flask"));
        Map<String, TestImage> images = TestImage.named("a", a, "b", b);

        MergeResult first = merge(images, List.of("a", "b"));
        MergeResult second = merge(images, List.of("b", "a"));

        assertThat(second.imageId()).isEqualTo(first.imageId());
    }

    @Test
    void theLauncherStartsAndEveryMembersOwnStartIsInThePlan() {
        TestImage a = TestImage.from(BASE)
                .environment("PATH=/usr/bin", "LANG=C.UTF-8", "MODE=a")
                .layer(new Tar().file("app/app.py", "import flask # aaa"));
        TestImage b = TestImage.from(BASE)
                .entrypoint("/sbin/tini", "--", "sh", "-c", "exec python3 app.py --port ${PORT:-9000}")
                .command()
                .label("team", "x")
                .layer(new Tar().file("app/app.py", "import flask"));

        merge(a, b);

        try (Unpacked fused = Unpacked.of(target, directory)) {
            assertThat(fused.image().config().entrypoint())
                    .containsExactly("/usr/bin/python3", "/.sinter/runtime/launch.py");
            assertThat(fused.image().config().command()).isNull();
            assertThat(fused.image().config().environment())
                    .containsOnly(Map.entry("PATH", "/usr/bin"), Map.entry("LANG", "C.UTF-8"));
            assertThat(fused.image().config().labels()).containsEntry("sinter.fn.b.team", "x");
            assertThat(plan(fused, "a").get("env").get("MODE").asText()).isEqualTo("a");
            assertThat(plan(fused, "b").get("argv").toString())
                    .isEqualTo("[\"python3\",\"app.py\",\"--port\",\"9000\"]");
            assertThat(plan(fused, "b").get("port").asInt()).isEqualTo(9000);
            assertThat(plan(fused, "b").get("imageDigest").asText()).isEqualTo(b.id());
            assertThat(fused.plan().get("local").toString()).isEqualTo("[[\"a\",\"b\"]]");
            assertThat(fused.tree().get(".sinter/runtime/launch.py")).isNotNull();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "-O,CO_PROCESS",
        "-uOO,CO_PROCESS",
        "-Xdev,CO_PROCESS",
        "-Werror,CO_PROCESS",
        "-u,IN_PROCESS",
        "-Wignore,IN_PROCESS"
    })
    void optionsOfAnInterpreterHoldForItsWholeProcess(String option, Tier tier) {
        TestImage a = TestImage.from(BASE)
                .entrypoint("python3", option, "app.py")
                .command()
                .layer(new Tar().file("app/app.py", "import flask # aaa"));
        TestImage b = TestImage.from(BASE).layer(new Tar().file("app/app.py", "import flask"));

        CompatibilityReport report = analyse(a, b);

        assertThat(report.pairs().getFirst().tier()).isEqualTo(tier);
        assertThat(codes(report).contains("SNT0286")).isEqualTo(tier == Tier.CO_PROCESS);
    }

    @Test
    void aNewNameForAFileOfTheBaseIsANameOfTheSameFile() {
        TestImage base = TestImage.from(BASE).layer(new Tar().file("opt/f", "shared"));
        TestImage a = TestImage.from(base).layer(new Tar().file("app/app.py", "import flask # a, the larger one"));
        TestImage b = TestImage.from(base)
                .layer(new Tar().at(1_800_000_000, 0).file("opt/f", "shared").hardLink("opt/g", "opt/f"));

        merge(a, b.workingDir("/srv/b").layer(new Tar().file("srv/b/app.py", "import flask")));

        try (Unpacked fused = Unpacked.of(target, directory)) {
            FileNode first = Objects.requireNonNull(fused.tree().get("opt/f"));
            FileNode second = Objects.requireNonNull(fused.tree().get("opt/g"));
            assertThat(second.file()).isEqualTo(first.file());
            assertThat(first.entry().mtimeSeconds()).isEqualTo(1_700_000_000);
        }
    }

    @Test
    void namesThatAreOneFileForOneMemberOnlyAreAConflict() {
        TestImage a = TestImage.from(BASE)
                .layer(new Tar()
                        .file("app/app.py", "import flask # aaa")
                        .file("opt/f", "x")
                        .file("opt/g", "x"));
        TestImage b = TestImage.from(BASE)
                .layer(new Tar()
                        .file("app/app.py", "import flask")
                        .file("opt/f", "x")
                        .hardLink("opt/g", "opt/f"));

        assertThat(analyse(a, b).tier()).isEqualTo(Tier.CO_POD);
        assertThat(analyse(b, a).tier()).isEqualTo(Tier.CO_POD);
    }

    private MergeResult merge(TestImage a, TestImage b) {
        return merge(TestImage.named("a", a, "b", b), List.of("a", "b"));
    }

    private MergeResult merge(Map<String, TestImage> images, List<String> order) {
        TestImage.archive(archive, images);
        return merger().merge(request(order), target, MergeProgress.NONE);
    }

    private CompatibilityReport analyse(TestImage a, TestImage b) {
        TestImage.archive(archive, TestImage.named("a", a, "b", b));
        return merger().analyse(request(List.of("a", "b")), MergeProgress.NONE);
    }

    private MergeRequest request(List<String> names) {
        List<Member> members = names.stream()
                .map(name -> new Member(name, "docker-archive:" + archive + ":" + name, Overrides.NONE, null))
                .toList();
        return new MergeRequest("g1", members, List.of(new LocalPair("a", "b")), Tier.IN_PROCESS);
    }

    private ImageMerger merger() {
        return new ImageMerger(MergerSettings.in(directory.resolve("cache")), null);
    }

    private static List<String> codes(CompatibilityReport report) {
        return report.pairs().stream()
                .flatMap(pair -> pair.reasons().stream())
                .map(CompatibilityReport.Reason::code)
                .toList();
    }

    private static JsonNode plan(Unpacked fused, String name) {
        for (JsonNode member : fused.plan().get("members")) {
            if (Objects.equals(member.get("name").asText(), name)) {
                return member;
            }
        }
        throw new IllegalStateException(name);
    }
}
