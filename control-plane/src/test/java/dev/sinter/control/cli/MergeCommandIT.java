package dev.sinter.control.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Ulimit;
import dev.sinter.control.setup.EngineClient;
import dev.sinter.control.setup.Setup;
import dev.sinter.control.setup.SetupResult;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sinter merge} as a user runs it, on the engine of this machine. */
final class MergeCommandIT {

    private static final String PROJECT = "sinter-merge-it";
    private static final String FUSED = "localhost/" + PROJECT + "/fused:latest";

    /** Answers with its name, and with what its NEXT answered. */
    private static final String FUNCTION = """
        import http.server, os, urllib.request

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                text = os.environ["NAME"]
                if os.environ.get("NEXT"):
                    with urllib.request.urlopen(os.environ["NEXT"]) as answer:
                        text += ">" + answer.read().decode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_):
                pass

        http.server.ThreadingHTTPServer(("", int(os.environ["PORT"])), Handler).serve_forever()
        """;

    private static final String CONTAINERFILE = """
        ARG BASE=python:3.13-slim
        FROM ${BASE}
        WORKDIR /app
        COPY app.py .
        CMD ["python3", "app.py"]
        """;

    private static final String COMPOSE = """
        name: sinter-merge-it
        services:
          a:
            build: a
            environment: {NAME: a, PORT: "8080", NEXT: "http://b:9000/"}
            ports: ["8080"]
          b:
            build: b
            environment: {NAME: b}
            command: ["sh", "-c", "PORT=9000 exec python3 app.py"]
            expose: ["9000"]
        """;

    @TempDir
    static Path directory = Path.of("");

    private static final SetupResult MACHINE = new Setup(System.getenv()).ensure(line -> {});
    private static final DockerClient ENGINE =
            EngineClient.open(MACHINE.engine().host());
    private static Invocation compose = new Invocation(-1, "", "");

    @BeforeAll
    static void mergeAnApplication() throws IOException, InterruptedException {
        for (String name : List.of("a", "b")) {
            Path context = Files.createDirectories(directory.resolve(name));
            Files.writeString(context.resolve("app.py"), "# " + name + "\n" + FUNCTION);
            Files.writeString(context.resolve("Containerfile"), CONTAINERFILE);
        }
        Path file = Files.writeString(directory.resolve("compose.yaml"), COMPOSE);
        compose = sinter("merge", "-f", file.toString(), "-o", "docker-daemon:" + FUSED, "--report", "json");
    }

    @AfterAll
    static void removeImages() throws IOException {
        for (String image : List.of(FUSED, image("a"), image("b"))) {
            try {
                ENGINE.removeImageCmd(image).withForce(true).exec();
            } catch (NotFoundException e) {
                // The test that makes it did not come that far.
            }
        }
        ENGINE.close();
    }

    @Test
    void aComposeFilesFunctionsBecomeOneImageThatServesThemAll() throws IOException, InterruptedException {
        assertThat(compose.exitCode()).as(compose.err()).isZero();
        JsonNode result = new ObjectMapper().readTree(compose.out());
        assertThat(result.path("tier").asText()).isEqualTo("IN_PROCESS");
        assertThat(result.at("/report/members/1/port").asInt()).isEqualTo(9000);
        assertThat(compose.err()).contains("comparing images", "handing over");
        String id = ENGINE.createContainerCmd(FUSED)
                .withEnv("PORT=18473", "SINTER_ADMIN_PORT=18474")
                .withHostConfig(
                        HostConfig.newHostConfig().withNetworkMode("host").withUlimits(ulimits()))
                .exec()
                .getId();
        try {
            ENGINE.startContainerCmd(id).exec();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .ignoreExceptionsMatching(e -> e instanceof ConnectException || e instanceof SocketException)
                    .until(() -> answer("b").contains("200 OK"));
            assertThat(answer("a")).contains("200 OK").endsWith("a>b");
            assertThat(answer("b")).endsWith("\r\n\r\nb");
            assertThat(answer("nobody")).startsWith("HTTP/1.1 421");
        } finally {
            ENGINE.removeContainerCmd(id).withForce(true).exec();
        }
    }

    @Test
    void whatWasBuiltGoesFromAnyTransportToAnother() throws IOException, InterruptedException {
        Path archive = directory.resolve("b.tar");
        try (InputStream saved = ENGINE.saveImageCmd(image("b")).exec()) {
            Files.copy(saved, archive);
        }
        String layout = "oci:" + directory.resolve("layout") + ":g";

        Invocation first = sinter(
                "merge",
                "a=" + image("a"),
                "b=docker-archive:" + archive,
                "--port",
                "a=8080",
                "--port",
                "b=9000",
                "--local",
                "a,b",
                "-o",
                layout);
        Invocation second = sinter(
                "merge",
                "a=docker-daemon:" + image("a"),
                "b=" + image("b"),
                "--port=a=8080",
                "--port=b=9000",
                "--local=a,b",
                "-o",
                "oci-archive:" + directory.resolve("fused.tar") + ":g",
                "--report=name");

        assertThat(first.exitCode()).as(first.err()).isZero();
        assertThat(second.exitCode()).as(second.err()).isZero();
        assertThat(first.out())
                .as("the same images give the same digest, wherever they come from and go to")
                .contains("IN_PROCESS", second.out().strip());
        assertThat(directory.resolve("layout/index.json")).exists();
    }

    @Test
    void aDryRunPrintsTheReportAndWritesNothing() throws IOException, InterruptedException {
        Path target = directory.resolve("nothing");
        Invocation table = sinter(
                "merge", "a=" + image("a"), "b=" + image("b"), "--port=a=80", "--dry-run", "-o", "oci:" + target);

        assertThat(table.exitCode()).as(table.err()).isZero();
        assertThat(table.out()).contains("FUNCTION", "http.server", "a + b", "SNT0262", "Tier of the group: CO_POD");
        assertThat(target).doesNotExist();
    }

    @Test
    void aTierThatIsNotReachedExitsWithOneAfterTheReport() throws IOException, InterruptedException {
        Invocation dry = sinter("merge", "a=" + image("a"), "b=" + image("b"), "--dry-run", "--tier=FORKED");
        Path target = directory.resolve("refused.tar");
        Invocation merge = sinter("merge", "a=" + image("a"), "b=" + image("b"), "-o", "oci-archive:" + target);

        assertThat(dry.exitCode()).isEqualTo(1);
        assertThat(dry.out()).contains("SNT0262");
        assertThat(dry.err()).contains("SNT0117 tier: CO_POD (expected: FORKED)");
        assertThat(merge.exitCode()).isEqualTo(1);
        assertThat(merge.err()).contains("SNT0204", "SNT0262");
        assertThat(target).doesNotExist();
    }

    @Test
    void whereSignaturesAreDemandedUnsignedImagesAreRefusedAndSignedOnesMerged()
            throws IOException, InterruptedException, GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        KeyPair keys = generator.generateKeyPair();
        String secret = pem("PRIVATE KEY", keys.getPrivate());
        String open = pem("PUBLIC KEY", keys.getPublic());
        String layout = "oci:" + directory.resolve("signed") + ":a";

        Invocation unsigned = sinter("merge", "a=" + image("a"), "--dry-run", "--verify-key=" + open);
        Invocation sign = sinter("merge", "a=" + image("a"), "--port=a=8080", "-o", layout, "--key=" + secret);
        Invocation signed = sinter("merge", "a=" + layout, "--dry-run", "--verify-key=" + open, "--report=json");

        assertThat(unsigned.exitCode()).isEqualTo(1);
        assertThat(unsigned.err()).contains("SNT0221 image of a: no signature");
        assertThat(sign.exitCode()).as(sign.err()).isZero();
        assertThat(signed.exitCode()).as(signed.err()).isZero();
        assertThat(signed.out()).contains("\"name\" : \"a\"");
    }

    private static String pem(String kind, Key key) throws IOException {
        String body = Base64.getMimeEncoder().encodeToString(key.getEncoded());
        Path file = Files.createTempFile(directory, "key", ".pem");
        return Files.writeString(file, "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n")
                .toString();
    }

    private static Invocation sinter(String... arguments) throws IOException, InterruptedException {
        return Invocation.of(directory, List.of(arguments));
    }

    private static String image(String name) {
        return "localhost/sinter/" + PROJECT + "/" + name + ":latest";
    }

    private static List<Ulimit> ulimits() {
        return MACHINE.engine().ulimits().stream()
                .map(limit -> new Ulimit(limit.name(), limit.limit(), limit.limit()))
                .toList();
    }

    private static String answer(String host) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), 18473)) {
            socket.getOutputStream()
                    .write(("GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
