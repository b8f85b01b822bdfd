package dev.sinter.control.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.DockerClient;
import dev.sinter.control.compose.Service;
import dev.sinter.control.compose.Service.Build;
import dev.sinter.control.compose.Service.Condition;
import dev.sinter.control.compose.Service.Healthcheck;
import dev.sinter.control.compose.Service.Mount;
import dev.sinter.control.compose.Service.Resources;
import dev.sinter.control.platform.Workload.HostPort;
import dev.sinter.control.platform.Workload.Role;
import dev.sinter.control.setup.EngineClient;
import dev.sinter.control.setup.Setup;
import dev.sinter.control.setup.SetupResult;
import dev.sinter.merger.transport.EngineImages;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Everything the platform promises, on the engine of this machine. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class EnginePlatformIT {

    private static final Map<String, String> ADDRESSES = Map.of("a", "240.240.0.1", "b", "240.240.0.2");

    /** Answers every GET with its NAME, and with its own process's user and arguments as headers. */
    private static final String SERVER = """
            import http.server, os, sys
            class H(http.server.BaseHTTPRequestHandler):
                protocol_version = "HTTP/1.0"
                def do_GET(self):
                    body = os.environ.get("NAME", "?").encode()
                    self.send_response(200)
                    self.send_header("x-user", str(os.getuid()))
                    self.send_header("x-arguments", " ".join(sys.argv[1:]))
                    self.end_headers()
                    self.wfile.write(body)
                def log_message(self, *args): pass
            http.server.ThreadingHTTPServer(("", 8080), H).serve_forever()
            """;

    private final String application = "it-" + ProcessHandle.current().pid();
    private final HttpClient http = HttpClient.newHttpClient();
    private SetupResult setup;
    private EnginePlatform platform;

    @BeforeAll
    void open() {
        setup = new Setup(System.getenv()).ensure(this::progress);
        platform = EnginePlatform.open(setup, application, this::progress);
        platform.ensureNetwork();
    }

    @AfterEach
    void removeWorkloads() {
        platform.list().forEach(workload -> platform.remove(workload.name()));
    }

    @AfterAll
    void close() {
        platform.removeAll();
        platform.close();
    }

    @Test
    void capturesCallsByNameOnAnyPortAndLeavesTheFunctionAsItIs() throws Exception {
        Workload b = platform.ensureFunction(function("b", Map.of()));
        Workload a = platform.ensureFunction(function("a", Map.of("b", b.address() + ":8080")));
        assertThat(a.running()).isTrue();
        assertThat(a.role()).isEqualTo(Role.FUNCTION);
        assertThat(a.ports()).containsExactly(8080);

        String answer = insideOf(
                "a",
                "import urllib.request as u; r = u.urlopen('http://b:4711/x'); "
                        + "print(r.read().decode(), r.headers.get_all('x-through'), r.headers['x-user'])");

        assertThat(answer).contains("b ['inbound', 'outbound'] 65534");
    }

    @Test
    void capturesCallsFromOutside() throws Exception {
        Workload b = platform.ensureFunction(function("b", Map.of()));

        HttpResponse<String> response = get("http://" + b.address() + ":8080/");

        assertThat(response.body()).isEqualTo("b");
        assertThat(response.headers().firstValue("x-through")).contains("inbound");
    }

    @Test
    void envoyRunsWithoutRootAndWithoutCapabilities() {
        platform.ensureFunction(function("b", Map.of()));

        String status = executed("b", Labels.ROLE_SIDECAR, List.of("cat", "/proc/1/status"));

        assertThat(status).containsPattern("Uid:\\s+1337\\s+1337").containsPattern("CapBnd:\\s+0{16}");
        assertThat(status).containsPattern("CapEff:\\s+0{16}").containsPattern("NoNewPrivs:\\s+1");
    }

    @Test
    void theBootstrapIsReadableForEnvoyOnly() {
        platform.ensureFunction(function("b", Map.of()));

        String listing = executed("b", Labels.ROLE_SIDECAR, List.of("ls", "-ln", "/etc/sinter-bootstrap.json"));

        assertThat(listing).contains("-r--------").contains(" 1337 1337 ");
    }

    @Test
    void ensuringTwiceAdoptsAndAnotherSpecificationReplaces() {
        platform.ensureFunction(function("b", Map.of()));
        String first = mainId("b");

        platform.ensureFunction(function("b", Map.of()));
        assertThat(mainId("b")).isEqualTo(first);

        platform.ensureFunction(function("b", Map.of("a", "127.0.0.1:9")));
        assertThat(mainId("b")).isNotEqualTo(first);
        assertThat(platform.list()).hasSize(1);
    }

    @Test
    void stoppedFunctionsAreKeptAndServeAgain() throws Exception {
        platform.ensureFunction(function("b", Map.of()));
        String before = mainId("b");

        platform.stop("b", Duration.ofSeconds(1));
        Workload stopped = platform.list().getFirst();
        assertThat(stopped.running()).isFalse();
        assertThat(stopped.address()).isNull();

        Workload again = platform.ensureFunction(function("b", Map.of()));
        assertThat(again.running()).isTrue();
        assertThat(mainId("b")).isEqualTo(before);
        HttpResponse<String> response = get("http://" + again.address() + ":8080/");
        assertThat(response.body()).isEqualTo("b");
        assertThat(response.headers().firstValue("x-through")).contains("inbound");
    }

    @Test
    void aFunctionWhoseSidecarDiedAloneComesBackWithIt() throws Exception {
        platform.ensureFunction(function("b", Map.of()));
        try (DockerClient client = EngineClient.open(setup.engine().host())) {
            client.killContainerCmd("sinter-" + application + "-b-sidecar").exec();
        }

        Workload again = platform.ensureFunction(function("b", Map.of()));

        assertThat(get("http://" + again.address() + ":8080/").headers().firstValue("x-through"))
                .contains("inbound");
    }

    @Test
    void aLaterProcessRemovesWhatACrashedOneLeft() throws IOException {
        String crashed = application + "-crashed";
        EnginePlatform first = EnginePlatform.open(setup, crashed, this::progress);
        first.ensureNetwork();
        first.ensureFunction(function("b", Map.of()));
        first.close();

        try (EnginePlatform second = EnginePlatform.open(setup, crashed, this::progress);
                DockerClient client = EngineClient.open(setup.engine().host())) {
            assertThat(second.list()).extracting(Workload::name).containsExactly("b");
            second.removeAll();
            assertThat(second.list()).isEmpty();
            assertThat(client.listContainersCmd()
                            .withShowAll(true)
                            .withLabelFilter(Map.of(Labels.APPLICATION, crashed))
                            .exec())
                    .isEmpty();
            assertThat(client.listNetworksCmd()
                            .withNameFilter("sinter-" + crashed)
                            .exec())
                    .isEmpty();
        }
    }

    @Test
    void measuresFunctionAndSidecarApart() {
        platform.ensureFunction(function("b", Map.of()));

        Usage usage = platform.usage().getFirst();

        assertThat(usage.workload()).isEqualTo("b");
        assertThat(usage.functionBytes()).isBetween(4L << 20, 64L << 20);
        assertThat(usage.sidecarBytes()).isBetween(15L << 20, 200L << 20);
        assertThat(usage.functionCpu()).isPositive();
        assertThat(usage.sidecarCpu()).isPositive();
    }

    @Test
    void workloadsReachAServerOnTheNetworksAddress() throws Exception {
        InetAddress gateway = platform.ensureNetwork();
        platform.ensureFunction(function("b", Map.of()));
        try (ServerSocket server = new ServerSocket(0, 10, gateway)) {
            Thread.ofVirtual().start(() -> {
                try (Socket socket = server.accept()) {
                    OutputStream out = socket.getOutputStream();
                    out.write("hello".getBytes(StandardCharsets.UTF_8));
                } catch (IOException e) {
                    // The assertion below fails.
                }
            });

            String heard = insideOf(
                    "b",
                    "import socket; print(socket.create_connection(('" + gateway.getHostAddress() + "', "
                            + server.getLocalPort() + "), 5).recv(5).decode())");

            assertThat(heard).contains("hello");
        }
    }

    @Test
    void aGatewayPublishesItsPortsAndAPortTakenIsSaid() throws Exception {
        Workload b = platform.ensureFunction(function("b", Map.of()));
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
            GatewaySpec taken = new GatewaySpec(
                    StaticBootstrap.gateway(8000, b.address() + ":8080"),
                    List.of(new HostPort("127.0.0.1", free, 8000)),
                    1);
            assertThatThrownBy(() -> platform.ensureGateway(taken))
                    .isInstanceOf(PlatformException.class)
                    .hasMessageContaining("127.0.0.1:" + free)
                    .extracting(e -> ((PlatformException) e).code())
                    .isEqualTo("SNT0612");
        }

        Workload gateway = platform.ensureGateway(new GatewaySpec(
                StaticBootstrap.gateway(8000, b.address() + ":8080"),
                List.of(new HostPort("127.0.0.1", free, 8000)),
                1));

        assertThat(gateway.publishedPorts()).containsExactly(new HostPort("127.0.0.1", free, 8000));
        HttpResponse<String> response = getOnceUp("http://127.0.0.1:" + free + "/");
        assertThat(response.body()).isEqualTo("b");
        assertThat(response.headers().allValues("x-through")).containsExactly("inbound", "gateway");
    }

    @Test
    void aFunctionThatCrashesAtStartIsOneMessageWithItsLastLinesAndLeavesNothing() {
        Service crashing =
                service("b", List.of("python3", "-c", "import sys; print('no such key: DB_URL'); sys.exit(3)"), null);

        assertThatThrownBy(
                        () -> platform.ensureFunction(new FunctionSpec(crashing, setup.baseImage(), sidecar(Map.of()))))
                .isInstanceOf(PlatformException.class)
                .hasMessageContaining("b: exited with 3")
                .hasMessageContaining("no such key: DB_URL")
                .extracting(e -> ((PlatformException) e).code())
                .isEqualTo("SNT0607");
        assertThat(platform.list()).isEmpty();
    }

    @Test
    void anEnvoyThatRefusesItsBootstrapIsSaidAndLeavesNothing() {
        SidecarSpec broken = new SidecarSpec("{\"no_such_field\": 1}", List.of(8080), ADDRESSES, 1);

        assertThatThrownBy(() -> platform.ensureFunction(new FunctionSpec(server("b"), setup.baseImage(), broken)))
                .isInstanceOf(PlatformException.class)
                .hasMessageContaining("no_such_field")
                .extracting(e -> ((PlatformException) e).code())
                .isEqualTo("SNT0609");
        assertThat(platform.list()).isEmpty();
    }

    @Test
    void aHealthCheckThatPassesLaterIsWaitedFor() {
        Healthcheck check = new Healthcheck(
                List.of("python3", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8080')"),
                Duration.ofMillis(200),
                Duration.ofSeconds(5),
                20,
                Duration.ofSeconds(10));

        FunctionSpec slow = new FunctionSpec(
                service("b", List.of("sh", "-c", "sleep 1; exec python3 -c \"$0\"", SERVER), check),
                setup.baseImage(),
                sidecar(Map.of()));

        assertThat(platform.ensureFunction(slow).running()).isTrue();
        platform.stop("b", Duration.ofSeconds(1));
        assertThat(platform.ensureFunction(slow).running()).isTrue();
    }

    @Test
    void buildsAnImageWithPipFromAContainerfile(@TempDir Path context) throws IOException {
        Files.writeString(context.resolve("Containerfile"), """
                ARG BASE=python:3.13-slim
                FROM ${BASE}
                WORKDIR /app
                COPY requirements.txt .
                RUN pip install --no-cache-dir -r requirements.txt
                EXPOSE 8080
                ENV NAME=built
                CMD ["python", "-c", "import waitress, time; print(waitress.__name__, flush=True); time.sleep(100)"]
                """);
        Files.writeString(context.resolve("requirements.txt"), "waitress==3.0.2\n");
        Service service = service("built", null, new Build(context, null, Map.of()), null);

        Image image = platform.ensureImage(service, this::progress);
        Image again = platform.ensureImage(service, this::progress);

        assertThat(image.digest()).startsWith("sha256:").isEqualTo(again.digest());
        assertThat(image.exposedPorts()).containsExactly(8080);
        assertThat(image.environment()).containsEntry("NAME", "built");
        Service run = service(
                "built",
                List.of("python", "-c", "import waitress; print('has', waitress.__name__); raise SystemExit(4)"),
                null);
        assertThatThrownBy(() -> platform.ensureFunction(new FunctionSpec(run, image.reference(), sidecar(Map.of()))))
                .hasMessageContaining("has waitress");
    }

    @Test
    void aBuildThatFailsSaysWhatItSaid(@TempDir Path context) throws IOException {
        Files.writeString(
                context.resolve("Dockerfile"), "ARG BASE\nFROM ${BASE}\nRUN echo needs-a-compiler && exit 7\n");

        assertThatThrownBy(() -> platform.ensureImage(
                        service("built", null, new Build(context, null, Map.of()), null), this::progress))
                .isInstanceOf(PlatformException.class)
                .hasMessageContaining("needs-a-compiler")
                .extracting(e -> ((PlatformException) e).code())
                .isEqualTo("SNT0604");
    }

    @Test
    void aMissingImageIsOneMessage() {
        Service service = withImage("b", "localhost/no/such:image");

        assertThatThrownBy(() -> platform.ensureImage(service, this::progress))
                .isInstanceOf(PlatformException.class)
                .hasMessageContaining("localhost/no/such:image")
                .extracting(e -> ((PlatformException) e).code())
                .isEqualTo("SNT0603");
    }

    @Test
    void imagesAreSavedAndLoadedUnchanged() throws IOException {
        EngineImages images = platform.engineImages();
        String id = images.idOf(setup.baseImage());
        Path archive = Files.createTempFile("sinter-it", ".tar");
        try {
            try (InputStream in = images.save(List.of(setup.baseImage()))) {
                Files.copy(in, archive, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            }
            try (InputStream in = Files.newInputStream(archive)) {
                images.load(in);
            }
            assertThat(images.idOf(setup.baseImage())).isEqualTo(id);
            assertThatThrownBy(() -> images.load(InputStream.nullInputStream())).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> images.idOf("localhost/no/such:image")).isInstanceOf(IOException.class);
        } finally {
            Files.delete(archive);
        }
    }

    @Test
    void volumesTmpfsReadOnlyUserAndLimitsAreAsTheFileSays(@TempDir Path shared) throws IOException {
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(shared.resolve("given"), "from the host");
        String script = """
                import os
                print(open('/shared/given').read(), os.getuid(), os.getcwd())
                open('/scratch/x', 'w').write('x')
                for refused in ('/shared/given', '/usr/x'):
                    try: open(refused, 'w'); print('written', refused)
                    except OSError: print('refused', refused)
                """;
        Service service = new Service(
                "b",
                null,
                null,
                List.of("python3", "-c", script + "\nraise SystemExit(5)"),
                null,
                Map.of(),
                "/tmp",
                "1000",
                List.of(),
                List.of(8080),
                List.of(new Mount(Mount.Kind.BIND, shared.toString(), "/shared", true)),
                Map.<String, Condition>of(),
                null,
                new Resources(0.5, 128L << 20),
                Map.of(),
                Map.of(),
                true,
                null,
                null,
                true,
                Map.of("/scratch", "mode=1777"));

        assertThatThrownBy(
                        () -> platform.ensureFunction(new FunctionSpec(service, setup.baseImage(), sidecar(Map.of()))))
                .hasMessageContaining("from the host 1000 /tmp")
                .hasMessageContaining("refused /shared/given")
                .hasMessageContaining("refused /usr/x")
                .hasMessageContaining("exited with 5");
    }

    private FunctionSpec function(String name, Map<String, String> upstreamByHost) {
        return new FunctionSpec(server(name), setup.baseImage(), sidecar(upstreamByHost));
    }

    private static SidecarSpec sidecar(Map<String, String> upstreamByHost) {
        return new SidecarSpec(StaticBootstrap.sidecar(upstreamByHost), List.of(8080), ADDRESSES, 1);
    }

    private static Service server(String name) {
        return service(name, List.of("python3", "-c", SERVER), null);
    }

    private static Service service(String name, @Nullable List<String> command, @Nullable Healthcheck check) {
        return service(name, command, null, check);
    }

    private static Service withImage(String name, String image) {
        return new Service(
                name,
                image,
                null,
                null,
                null,
                Map.of(),
                null,
                null,
                List.of(),
                List.of(),
                List.of(),
                Map.of(),
                null,
                Resources.UNLIMITED,
                Map.of(),
                Map.of(),
                null,
                null,
                null,
                false,
                Map.of());
    }

    private static Service service(
            String name, @Nullable List<String> command, @Nullable Build build, @Nullable Healthcheck check) {
        return new Service(
                name,
                null,
                build,
                command,
                null,
                Map.of("NAME", name),
                null,
                "65534",
                List.of(),
                List.of(8080),
                List.of(),
                Map.of(),
                check,
                Resources.UNLIMITED,
                Map.of(),
                Map.of(),
                null,
                null,
                null,
                false,
                Map.of());
    }

    private String insideOf(String workload, String python) {
        return executed(workload, Labels.ROLE_FUNCTION, List.of("python3", "-c", python));
    }

    private String executed(String workload, String role, List<String> argv) {
        try (DockerClient client = EngineClient.open(setup.engine().host())) {
            Containers containers = new Containers(client, application);
            Containers.Executed executed =
                    containers.execute(containers.name(workload, role), argv, Duration.ofSeconds(20));
            return executed == null ? "did not end in time" : executed.output();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private String mainId(String workload) {
        try (DockerClient client = EngineClient.open(setup.engine().host())) {
            return client.inspectContainerCmd("sinter-" + application + "-" + workload)
                    .exec()
                    .getId();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private HttpResponse<String> get(String uri) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(uri))
                .timeout(Duration.ofSeconds(10))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> getOnceUp(String uri) {
        return org.awaitility.Awaitility.await().ignoreExceptions().until(() -> get(uri), r -> r.statusCode() == 200);
    }

    private void progress(String line) {
        LoggerFactory.getLogger(EnginePlatformIT.class).info(line);
    }
}
