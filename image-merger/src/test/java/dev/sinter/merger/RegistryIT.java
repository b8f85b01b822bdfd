package dev.sinter.merger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinter.merger.TestImage.Tar;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against the registry of the distribution project, from Debian's package {@code docker-registry}. */
final class RegistryIT {

    @TempDir
    static Path directory = Path.of("");

    private static int port;
    private static @Nullable Process registry;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        if (!Files.isExecutable(Path.of("/usr/bin/docker-registry"))) {
            run("apt-get", "update", "-q");
            run("apt-get", "install", "-y", "-q", "--no-install-recommends", "docker-registry");
        }
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Path config =
                Files.writeString(directory.resolve("config.yml"), """
                version: 0.1
                storage:
                  filesystem:
                    rootdirectory: %s
                http:
                  addr: 127.0.0.1:%d
                """.formatted(directory.resolve("data"), port));
        registry = new ProcessBuilder("/usr/bin/docker-registry", "serve", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .ignoreException(ConnectException.class)
                .until(() -> status("") == 200);
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (registry != null) {
            registry.destroy();
            assertThat(registry.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void whatIsPushedIsPulledAndSharedLayersAreMounted() throws IOException, InterruptedException {
        TestImage a = TestImage.from(TestImage.python()).layer(new Tar().file("app/app.py", "import flask # aaa"));
        TestImage b = TestImage.from(TestImage.python()).layer(new Tar().file("app/app.py", "import flask"));
        Path archive = TestImage.archive(directory.resolve("in.tar"), TestImage.named("a", a, "b", b));
        ImageMerger merger = new ImageMerger(MergerSettings.in(directory.resolve("cache")), null);
        String first = "docker://localhost:" + port + "/team/one:v1";
        MergeResult pushed = merger.merge(
                request("docker-archive:" + archive + ":a", "docker-archive:" + archive + ":b"),
                first,
                MergeProgress.NONE);

        String second = "docker://localhost:" + port + "/team/two:v1";
        MergeRequest again = new MergeRequest(
                "g2", List.of(new Member("w", first, Overrides.NONE, 8080)), List.of(), Tier.IN_PROCESS);
        merger.merge(again, second, MergeProgress.NONE);

        try (Unpacked fused = Unpacked.of(first, directory)) {
            assertThat(fused.image().config().digest().value()).isEqualTo(pushed.imageId());
            assertThat(fused.text("/.sinter/fn/b/app/app.py")).isEqualTo("import flask");
        }
        String log = Files.readString(directory.resolve("log"));
        assertThat(log).contains("/v2/team/two/blobs/uploads/?mount=sha256");
        assertThat(status("team/one/manifests/sha256-"
                        + String.valueOf(pushed.manifestDigest()).substring(7)))
                .as("referrers under the fallback tag")
                .isEqualTo(200);
    }

    @Test
    void anImageThatIsNotThereIsSaidSo() {
        String missing = "docker://localhost:" + port + "/team/none:v1";

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

    private static int status(String path) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/v2/" + path))
                    .header("Accept", "application/vnd.oci.image.index.v1+json")
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        }
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("apt").toFile())
                .start();
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(() -> String.join(" ", command)).isZero();
    }
}
