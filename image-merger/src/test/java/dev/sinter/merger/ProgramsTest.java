package dev.sinter.merger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sinter.merger.TestImage.Tar;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs that no rule can take over run unmodified beside others, where their port and a Python for the launcher are known. */
final class ProgramsTest {

    @TempDir
    Path directory = Path.of("");

    private final Map<String, TestImage> images = new TreeMap<>();

    @Test
    void aProgramAndAFunctionShareAContainer() {
        images.put("n", node("n", "app.listen(3000)").stopSignal("SIGQUIT"));
        images.put("p", function());

        MergeResult result = merge(List.of(new LocalPair("n", "p"), new LocalPair("p", "n")));

        assertThat(result.tier()).isEqualTo(Tier.CO_PROCESS);
        assertThat(result.loopback()).containsExactly(Map.entry("p", "127.7.0.2"));
        try (Unpacked fused = fused()) {
            JsonNode plan = fused.plan();
            assertThat(plan.get("port").asInt()).isEqualTo(8081);
            JsonNode program = plan.get("members").get(0);
            assertThat(program.get("captured").asBoolean()).isFalse();
            assertThat(program.get("listens").asInt()).isEqualTo(3000);
            assertThat(program.get("stopSignal").asText()).isEqualTo("SIGQUIT");
            assertThat(program.get("argv").toString()).isEqualTo("[\"node\",\"server.js\"]");
            assertThat(plan.get("members").get(1).has("captured")).isFalse();
            assertThat(plan.get("loopback").toString()).isEqualTo("[{\"name\":\"p\",\"address\":\"127.7.0.2\"}]");
            assertThat(fused.image().config().labels()).containsEntry("sinter.loopback", "p=127.7.0.2");
            assertThat(fused.image().config().entrypoint())
                    .containsExactly("/usr/bin/python3.13", "/.sinter/runtime/launch.py");
        }
    }

    @Test
    void nothingOfAProgramMovesSoItsLayersAreTakenOver() {
        images.put("n", node("n", "app.listen(3000)").layer(new Tar().file("app/app.py", "data of its own")));
        images.put("p", function().layer(new Tar().file("usr/lib/large", "x".repeat(9000))));

        assertThat(merge(List.of()).base()).isEqualTo("n");
        try (Unpacked fused = fused()) {
            assertThat(fused.text("/app/app.py")).isEqualTo("data of its own");
            assertThat(fused.plan()
                            .get("members")
                            .get(1)
                            .get("relocated")
                            .get(0)
                            .get("from")
                            .asText())
                    .isEqualTo("/app");
        }
    }

    @Test
    void twoProgramsWithDifferentFilesAtOnePathStayApart() {
        images.put("m", node("m", "app.listen(3000)").layer(new Tar().file("app/config", "m")));
        images.put(
                "n",
                node("n", "app.listen(3001)")
                        .layer(new Tar().file("app/config", "n"))
                        .layer(python()));

        assertThat(codes()).contains("SNT0264");
        assertThatThrownBy(() -> merge(List.of())).hasMessageContaining("SNT0264");
    }

    @Test
    void withoutAPythonForTheLauncherProgramsStayApart() {
        images.put("m", node("m", "app.listen(3000)"));
        images.put(
                "n",
                node("n", "app.listen(3001)")
                        .layer(new Tar().script("usr/bin/python3.11", "ELF").symlink("usr/bin/python3", "python3.11")));

        assertThat(codes()).contains("SNT0285");

        images.put("n", node("n", "app.listen(3001)").layer(python()));

        assertThat(codes()).doesNotContain("SNT0285");
        assertThat(merge(List.of()).tier()).isEqualTo(Tier.CO_PROCESS);
    }

    @Test
    void onePortForTwoProgramsIsRefusedUnlessOneObeysPort() {
        images.put("m", node("m", "app.listen(3000)").layer(python()));
        images.put("n", node("n", "app.listen(3000)"));

        assertThat(codes()).contains("SNT0284");

        images.put("n", node("n", "app.listen(process.env.PORT || 3000)"));

        assertThat(merge(List.of(new LocalPair("m", "n"))).tier()).isEqualTo(Tier.CO_PROCESS);
        try (Unpacked fused = fused()) {
            JsonNode moved = fused.plan().get("members").get(1);
            assertThat(moved.get("port").asInt()).isEqualTo(3000);
            assertThat(moved.get("listens").asInt()).isEqualTo(3001);
            assertThat(moved.get("env").get("PORT").asText()).isEqualTo("3001");
        }
    }

    @Test
    void aFunctionOnTheSamePortWouldBeMistakenForTheProgram() {
        images.put("n", node("n", "app.listen(8080)"));
        images.put("p", function());

        assertThat(codes()).contains("SNT0284");
    }

    @Test
    void theFusedPortMovesAsideAndItsReservedOnesAreRefused() {
        images.put("n", node("n", "app.listen(8080)").layer(python()));
        images.put("o", node("o", "app.listen(8081)"));

        merge(List.of());
        try (Unpacked fused = fused()) {
            assertThat(fused.plan().get("port").asInt()).isEqualTo(8082);
        }

        images.put("o", node("o", "app.listen(15020)"));

        assertThat(codes()).contains("SNT0284");
    }

    @Test
    void pythonOlderThanTheRuntimeRunsUnmodified() {
        images.put("a", old());
        images.put("p", function());

        MergeResult result = merge(List.of());

        assertThat(result.tier()).isEqualTo(Tier.CO_PROCESS);
        assertThat(result.report().members().getFirst().reasons().getFirst().message())
                .contains("python3.8");
        try (Unpacked fused = fused()) {
            assertThat(fused.plan().get("members").get(0).get("captured").asBoolean())
                    .isFalse();
            assertThat(fused.image().config().entrypoint()).contains("/usr/bin/python3.13");
        }
    }

    private static TestImage node(String directory, String source) {
        return TestImage.from(TestImage.empty()
                        .layer(new Tar()
                                .directory("srv")
                                .script("usr/bin/node", "ELF")
                                .file("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n")))
                .layer(new Tar()
                        .file(
                                "srv/" + directory + "/server.js",
                                "const app = require('http').createServer();" + source))
                .environment("PATH=/usr/bin")
                .workingDir("/srv/" + directory)
                .command("node", "server.js");
    }

    private static TestImage function() {
        return TestImage.from(TestImage.empty()
                        .layer(new Tar()
                                .directory("app")
                                .script("usr/bin/python3.13", "ELF")
                                .symlink("usr/bin/python3", "python3.13")))
                .layer(new Tar().file("app/app.py", "import flask"))
                .environment("PATH=/usr/bin")
                .workingDir("/app")
                .command("python3", "app.py")
                .expose(8080);
    }

    private static TestImage old() {
        return TestImage.from(TestImage.empty()
                        .layer(new Tar()
                                .directory("old")
                                .script("opt/bin/python3.8", "ELF")
                                .symlink("opt/bin/python3", "python3.8")))
                .layer(new Tar().file("old/app.py", "import flask"))
                .environment("PATH=/opt/bin")
                .workingDir("/old")
                .command("python3", "app.py")
                .expose(5000);
    }

    private static Tar python() {
        return new Tar()
                .script("usr/bin/python3.13", "ELF")
                .symlink("usr/bin/python3", "python3.13")
                .file("usr/lib/python3.13/http/client.py", "");
    }

    private List<String> codes() {
        CompatibilityReport report = merger().analyse(request(List.of()), MergeProgress.NONE);
        List<String> codes = new ArrayList<>();
        report.pairs().forEach(pair -> pair.reasons().forEach(reason -> codes.add(reason.code())));
        return codes;
    }

    private MergeResult merge(List<LocalPair> local) {
        return merger().merge(request(local), "docker-archive:" + directory.resolve("out.tar"), MergeProgress.NONE);
    }

    private MergeRequest request(List<LocalPair> local) {
        Path in = TestImage.archive(directory.resolve("in.tar"), images);
        List<Member> members = images.keySet().stream()
                .map(name -> new Member(name, "docker-archive:" + in + ":" + name, Overrides.NONE, null))
                .toList();
        return new MergeRequest("g", members, local, Tier.CO_PROCESS);
    }

    private ImageMerger merger() {
        return new ImageMerger(MergerSettings.in(directory.resolve("cache")), null);
    }

    private Unpacked fused() {
        return Objects.requireNonNull(Unpacked.of("docker-archive:" + directory.resolve("out.tar"), directory));
    }
}
