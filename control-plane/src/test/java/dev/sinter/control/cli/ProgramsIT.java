package dev.sinter.control.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Ulimit;
import dev.sinter.control.setup.EngineClient;
import dev.sinter.control.setup.Setup;
import dev.sinter.control.setup.SetupResult;
import dev.sinter.merger.ImageMerger;
import dev.sinter.merger.LocalPair;
import dev.sinter.merger.Member;
import dev.sinter.merger.MergeProgress;
import dev.sinter.merger.MergeRequest;
import dev.sinter.merger.MergeResult;
import dev.sinter.merger.MergerSettings;
import dev.sinter.merger.Tier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Node program beside a Python function in one container. */
final class ProgramsIT {

    private static final Path FIXTURES = Path.of("src/test/programs");
    private static final String FUSED = "localhost/sinter-programs-it:latest";
    private static final Duration LONGEST = Duration.ofMinutes(2);

    @TempDir
    Path directory = Path.of("");

    @Test
    void aNodeProgramAndAPythonFunctionServeCallAndEndInOneContainer() throws IOException, InterruptedException {
        MergeResult merged = merge();
        assertThat(merged.tier()).isEqualTo(Tier.CO_PROCESS);

        SetupResult machine = new Setup(System.getenv()).ensure(line -> {});
        try (DockerClient engine = EngineClient.open(machine.engine().host())) {
            String id = engine.createContainerCmd(FUSED)
                    .withEnv("PORT=15080")
                    .withHostConfig(HostConfig.newHostConfig()
                            .withNetworkMode("none")
                            .withExtraHosts(hosts(merged.loopback()))
                            .withUlimits(machine.engine().ulimits().stream()
                                    .map(limit -> new Ulimit(limit.name(), limit.limit(), limit.limit()))
                                    .toList()))
                    .exec()
                    .getId();
            try {
                engine.startContainerCmd(id).exec();
                await().atMost(LONGEST).until(() -> log(engine, id), log -> log.contains("ready on port 15080"));

                assertThat(run(engine, id, Files.readString(FIXTURES.resolve("check.py"))))
                        .isEqualTo("all as it should be");
                assertThat(log(engine, id)).contains("SNT0247: member n ended with exit code 3");

                String slow = "import http.client; c = http.client.HTTPConnection('127.0.0.1', 15080);"
                        + " c.request('GET', '/slow', headers={'Host': 'n'}); c.getresponse()";
                Thread.ofVirtual().start(() -> run(engine, id, slow));
                await().atMost(LONGEST).until(() -> log(engine, id), log -> log.contains("[n] slow begun"));
                engine.killContainerCmd(id).withSignal("SIGTERM").exec();

                assertThat(engine.waitContainerCmd(id).start().awaitStatusCode(LONGEST.toSeconds(), TimeUnit.SECONDS))
                        .isZero();
                assertThat(log(engine, id)).containsSubsequence("[n] slow answered", "[n] told to end");
            } finally {
                engine.removeContainerCmd(id).withForce(true).exec();
                engine.removeImageCmd(FUSED).withForce(true).exec();
            }
        }
    }

    private MergeResult merge() {
        try (MergeInputs inputs = new MergeInputs(line -> {})) {
            List<Member> members = inputs.ofCompose(FIXTURES.resolve("compose.yaml"), List.of(), Map.of());
            List<LocalPair> local = List.of(new LocalPair("n", "p"), new LocalPair("p", "n"));
            return new ImageMerger(MergerSettings.in(directory), inputs.engine())
                    .merge(
                            new MergeRequest("g", members, local, Tier.CO_PROCESS),
                            "docker-daemon:" + FUSED,
                            MergeProgress.NONE);
        }
    }

    private static String[] hosts(Map<String, String> addresses) {
        return addresses.entrySet().stream()
                .map(entry -> entry.getKey() + ":" + entry.getValue())
                .toArray(String[]::new);
    }

    private static String run(DockerClient engine, String id, String script) {
        String exec = engine.execCreateCmd(id)
                .withCmd("python3", "-c", script)
                .withAttachStdout(true)
                .withAttachStderr(true)
                .exec()
                .getId();
        return text(engine.execStartCmd(exec).exec(new Text())).strip();
    }

    private static String log(DockerClient engine, String id) {
        return text(engine.logContainerCmd(id).withStdOut(true).withStdErr(true).exec(new Text()));
    }

    private static String text(Text said) {
        try {
            said.awaitCompletion(LONGEST.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return said.text.toString();
    }

    private static final class Text extends ResultCallback.Adapter<Frame> {

        private final StringBuilder text = new StringBuilder();

        @Override
        public void onNext(Frame frame) {
            text.append(new String(frame.getPayload(), StandardCharsets.UTF_8));
        }
    }
}
