package dev.sinter.merger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sinter.merger.CompatibilityReport.PairReport;
import dev.sinter.merger.CompatibilityReport.Reason;
import dev.sinter.merger.TestImage.Tar;
import dev.sinter.merger.oci.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the report says of two images that differ in everything that can differ. */
final class ReportTest {

    private static final String STATUS = """
        Package: libc6
        Status: install ok installed
        Version: 2.36-9+deb12u4

        Package: gone
        Status: deinstall ok config-files
        Version: 1.0

        Package: openssl
        Status: install ok installed
        Version: 3.0.%d
        """;

    private static final TestImage BASE = TestImage.from(TestImage.python())
            .layer(new Tar()
                    .file("etc/os-release", "NAME=Debian\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n")
                    .file("usr/lib/python3.13/lib-dynload/_json.cpython-313-x86_64-linux-gnu.so", "so"));

    private static final TestImage A = TestImage.from(BASE)
            .layer(new Tar().file("app/app.py", "import flask # a").file("var/lib/dpkg/status", STATUS.formatted(1)))
            .layer(TestImage.distribution(new Tar(), "flask", "3.0", "v = 3")
                    .file(TestImage.SITE + "/flask/_speed.cpython-313-x86_64-linux-gnu.so", "so"))
            .environment("PATH=/usr/bin", "LANG=C.UTF-8", "TOKEN=secret-of-a", "ONLY_A=1");

    private static final TestImage B = TestImage.from(BASE)
            .layer(new Tar().file("srv/b/app.py", "import flask").file("var/lib/dpkg/status", STATUS.formatted(2)))
            .layer(TestImage.distribution(new Tar(), "flask", "3.1", "v = 31"))
            .workingDir("/srv/b")
            .stopSignal("SIGINT")
            .volume("/data")
            .environment("PATH=/usr/bin", "LANG=C.UTF-8", "TOKEN=secret-of-b");

    @TempDir
    Path directory = Path.of("");

    @Test
    void ofEachImageItSaysWhatItHasAndHowItStarts() {
        JsonNode b = json().at("/members/1");

        assertThat(b.path("distribution").asText()).isEqualTo("Debian GNU/Linux 12 (bookworm)");
        assertThat(b.path("libc").asText()).isEqualTo("glibc 2.36-9+deb12u4");
        assertThat(b.path("runtime").asText()).isEqualTo("python3.13");
        assertThat(b.path("abi").asText()).isEqualTo("cpython-313-x86_64-linux-gnu");
        assertThat(b.path("platform").asText()).isEqualTo("linux/amd64");
        assertThat(b.path("identity").asText()).isEqualTo("0:0");
        assertThat(b.path("workingDir").asText()).isEqualTo("/srv/b");
        assertThat(b.path("stopSignal").asText()).isEqualTo("SIGINT");
        assertThat(b.path("volumes").toString()).isEqualTo("[\"/data\"]");
        assertThat(b.path("exposedPorts").toString()).isEqualTo("[\"8080/tcp\"]");
        assertThat(b.at("/packages/flask").asText()).isEqualTo("3.1");
        assertThat(b.at("/systemPackages/openssl").asText()).isEqualTo("3.0.2");
        assertThat(b.path("systemPackages").has("gone")).as("removed packages").isFalse();
        assertThat(json().at("/members/0/nativePackages").toString()).isEqualTo("[\"flask 3.0\"]");
    }

    @Test
    void ofEachPairItSaysWhatDiffersAndWhyThatIsOrIsNotInTheWay() {
        PairReport pair = report().pairs().getFirst();

        assertThat(pair.environment()).containsExactly("ONLY_A", "TOKEN");
        assertThat(pair.packages())
                .extracting(difference -> difference.kind() + " " + difference.name() + " " + difference.first() + " "
                        + difference.second())
                .containsExactly("PYTHON flask 3.0 3.1", "SYSTEM openssl 3.0.1 3.0.2");
        assertThat(pair.reasons())
                .filteredOn(reason -> reason.limit() == Tier.IN_PROCESS)
                .extracting(Reason::code)
                .containsExactlyInAnyOrder(
                        ReasonCode.PACKAGE_PRIVATE.code(),
                        ReasonCode.ENVIRONMENT_DIFFERS.code(),
                        ReasonCode.DIRECTORY_DIFFERS.code(),
                        ReasonCode.STOP_SIGNAL.code(),
                        ReasonCode.SAME_PORT.code(),
                        ReasonCode.SYSTEM_PACKAGES_DIFFER.code());
        assertThat(pair.onlyFirst()).isPositive();
        assertThat(pair.onlySecond()).isPositive();
        assertThat(pair.equal()).isPositive();
        assertThat(pair.conflicting()).isPositive();
        assertThat(pair.sharedLayers()).isEqualTo(2);
    }

    @Test
    void valuesOfVariablesAreInNoFormOfIt() {
        CompatibilityReport report = report();

        assertThat(ReportText.table(report) + ReportText.wide(report) + ReportText.json(report))
                .contains("TOKEN")
                .doesNotContain("secret-of");
    }

    @Test
    void theWideTableNamesPackagesAndWhatDiffers() {
        assertThat(ReportText.wide(report()))
                .contains("flask 3.1", "Debian GNU/Linux 12", "stopped by", "SIGINT")
                .containsPattern("openssl +3.0.1 +3.0.2");
    }

    @Test
    void aReasonOfOneMemberIsPrintedOnceHoweverManyPairsItIsIn() {
        TestImage c = TestImage.from(BASE).command("/bin/sh", "-c", "a; b");
        Path archive = TestImage.archive(directory.resolve("three.tar"), Map.of("a", A, "b", B, "c", c));

        String table = ReportText.table(analyse(archive, List.of("a", "b", "c")));

        assertThat(table.split(ReasonCode.NOT_CAPTURABLE.code(), -1)).hasSize(2);
        assertThat(table).contains("SNT0261 c (at most CO_PROCESS)");
    }

    private JsonNode json() {
        return Json.read(ReportText.json(report()).getBytes(StandardCharsets.UTF_8), "report");
    }

    private CompatibilityReport report() {
        return analyse(
                TestImage.archive(directory.resolve("in.tar"), TestImage.named("a", A, "b", B)), List.of("a", "b"));
    }

    private CompatibilityReport analyse(Path archive, List<String> names) {
        List<Member> members = names.stream()
                .map(name -> new Member(name, "docker-archive:" + archive + ":" + name, Overrides.NONE, null))
                .toList();
        return new ImageMerger(MergerSettings.in(directory.resolve("cache")), null)
                .analyse(new MergeRequest("g", members, List.of(), Tier.CO_POD), MergeProgress.NONE);
    }
}
