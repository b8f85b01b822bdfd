package dev.sinter.control.platform;

import com.github.dockerjava.api.DockerClient;
import dev.sinter.control.compose.Service;
import dev.sinter.control.compose.Service.Build;
import dev.sinter.control.compose.Service.Healthcheck;
import dev.sinter.control.compose.Service.Resources;
import dev.sinter.control.setup.EngineClient;
import dev.sinter.control.setup.Setup;
import dev.sinter.control.setup.SetupResult;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** An application of small Python servers on the engine of this machine; use as a resource. */
final class TestApplication implements AutoCloseable {

    static final Map<String, String> ADDRESSES = Map.of("a", "240.240.0.1", "b", "240.240.0.2");

    /** Answers every GET with its NAME, and with its own process's user and arguments as headers. */
    static final String SERVER = """
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

    final String name = "it-" + ProcessHandle.current().pid();
    final SetupResult setup = new Setup(System.getenv()).ensure(this::progress);
    final EnginePlatform platform = EnginePlatform.open(setup, name, this::progress);
    private final HttpClient http = HttpClient.newHttpClient();

    TestApplication() {
        platform.ensureNetwork();
    }

    void removeWorkloads() {
        platform.list().forEach(workload -> platform.remove(workload.name()));
    }

    @Override
    public void close() {
        platform.removeAll();
        platform.close();
        http.close();
    }

    FunctionSpec function(String name, Map<String, String> upstreamByHost) {
        return new FunctionSpec(server(name), setup.baseImage(), sidecar(upstreamByHost));
    }

    static SidecarSpec sidecar(Map<String, String> upstreamByHost) {
        return new SidecarSpec(StaticBootstrap.sidecar(upstreamByHost), List.of(8080), ADDRESSES, 1);
    }

    static Service server(String name) {
        return service(name, List.of("python3", "-c", SERVER), null);
    }

    static Service service(String name, @Nullable List<String> command, @Nullable Healthcheck check) {
        return service(name, command, null, check);
    }

    static Service withImage(String name, String image) {
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

    static Service service(
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

    String insideOf(String workload, String python) {
        return executed(workload, Labels.ROLE_FUNCTION, List.of("python3", "-c", python));
    }

    String executed(String workload, String role, List<String> argv) {
        try (DockerClient client = EngineClient.open(setup.engine().host())) {
            Containers containers = new Containers(client, name);
            Containers.Executed executed =
                    containers.execute(containers.name(workload, role), argv, Duration.ofSeconds(20));
            return executed == null ? "did not end in time" : executed.output();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    String mainId(String workload) {
        try (DockerClient client = EngineClient.open(setup.engine().host())) {
            return client.inspectContainerCmd("sinter-" + name + "-" + workload)
                    .exec()
                    .getId();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    HttpResponse<String> get(String uri) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(uri))
                .timeout(Duration.ofSeconds(10))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> getOnceUp(String uri) {
        return org.awaitility.Awaitility.await().ignoreExceptions().until(() -> get(uri), r -> r.statusCode() == 200);
    }

    void progress(String line) {
        LoggerFactory.getLogger(TestApplication.class).info(line);
    }
}
