package dev.sinter.control.platform;

import static dev.sinter.control.platform.TestApplication.server;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.DockerClient;
import dev.sinter.control.compose.Service;
import dev.sinter.control.platform.Workload.HostPort;
import dev.sinter.control.platform.Workload.Role;
import dev.sinter.control.setup.EngineClient;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Workloads on the engine of this machine: captured, adopted, stopped, started again, removed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class EnginePlatformIT {

    private TestApplication application;

    @BeforeAll
    void open() {
        application = new TestApplication();
    }

    @AfterEach
    void removeWorkloads() {
        application.removeWorkloads();
    }

    @AfterAll
    void close() {
        application.close();
    }

    @Test
    void capturesCallsByNameOnAnyPortAndLeavesTheFunctionAsItIs() throws Exception {
        Workload b = application.platform.ensureFunction(application.function("b", Map.of()));
        Workload a = application.platform.ensureFunction(application.function("a", Map.of("b", b.address() + ":8080")));
        assertThat(a.running()).isTrue();
        assertThat(a.role()).isEqualTo(Role.FUNCTION);
        assertThat(a.ports()).containsExactly(8080);

        String answer = application.insideOf(
                "a",
                "import urllib.request as u; r = u.urlopen('http://b:4711/x'); "
                        + "print(r.read().decode(), r.headers.get_all('x-through'), r.headers['x-user'])");

        assertThat(answer).contains("b ['inbound', 'outbound'] 65534");
    }

    @Test
    void capturesCallsFromOutside() throws Exception {
        Workload b = application.platform.ensureFunction(application.function("b", Map.of()));

        HttpResponse<String> response = application.get("http://" + b.address() + ":8080/");

        assertThat(response.body()).isEqualTo("b");
        assertThat(response.headers().firstValue("x-through")).contains("inbound");
    }

    @Test
    void envoyRunsWithoutRootAndWithoutCapabilities() {
        application.platform.ensureFunction(application.function("b", Map.of()));

        String status = application.executed("b", Labels.ROLE_SIDECAR, List.of("cat", "/proc/1/status"));

        assertThat(status).containsPattern("Uid:\\s+1337\\s+1337").containsPattern("CapBnd:\\s+0{16}");
        assertThat(status).containsPattern("CapEff:\\s+0{16}").containsPattern("NoNewPrivs:\\s+1");
    }

    @Test
    void theBootstrapIsReadableForEnvoyOnly() {
        application.platform.ensureFunction(application.function("b", Map.of()));

        String listing =
                application.executed("b", Labels.ROLE_SIDECAR, List.of("ls", "-ln", "/etc/sinter-bootstrap.json"));

        assertThat(listing).contains("-r--------").contains(" 1337 1337 ");
    }

    @Test
    void ensuringTwiceAdoptsAndAnotherSpecificationReplaces() {
        application.platform.ensureFunction(application.function("b", Map.of()));
        String first = application.mainId("b");

        application.platform.ensureFunction(application.function("b", Map.of()));
        assertThat(application.mainId("b")).isEqualTo(first);

        application.platform.ensureFunction(application.function("b", Map.of("a", "127.0.0.1:9")));
        assertThat(application.mainId("b")).isNotEqualTo(first);
        assertThat(application.platform.list()).hasSize(1);
    }

    @Test
    void stoppedFunctionsAreKeptAndServeAgain() throws Exception {
        application.platform.ensureFunction(application.function("b", Map.of()));
        String before = application.mainId("b");

        application.platform.stop("b", Duration.ofSeconds(1));
        Workload stopped = application.platform.list().getFirst();
        assertThat(stopped.running()).isFalse();
        assertThat(stopped.address()).isNull();
        assertThat(application.platform.proxyLog("b", 5)).anyMatch(line -> line.contains("ENVOY_SIGTERM"));
        assertThat(application.platform.proxyLog("nobody", 5)).isEmpty();

        Workload again = application.platform.ensureFunction(application.function("b", Map.of()));
        assertThat(again.running()).isTrue();
        assertThat(application.mainId("b")).isEqualTo(before);
        HttpResponse<String> response = application.get("http://" + again.address() + ":8080/");
        assertThat(response.body()).isEqualTo("b");
        assertThat(response.headers().firstValue("x-through")).contains("inbound");
    }

    @Test
    void aFunctionWhoseSidecarDiedAloneComesBackWithIt() throws Exception {
        application.platform.ensureFunction(application.function("b", Map.of()));
        try (DockerClient client = EngineClient.open(application.setup.engine().host())) {
            client.killContainerCmd("sinter-" + application.name + "-b-sidecar").exec();
        }

        Workload again = application.platform.ensureFunction(application.function("b", Map.of()));

        assertThat(application
                        .get("http://" + again.address() + ":8080/")
                        .headers()
                        .firstValue("x-through"))
                .contains("inbound");
    }

    @Test
    void aLaterProcessRemovesWhatACrashedOneLeft() throws IOException {
        String crashed = application.name + "-crashed";
        EnginePlatform first = EnginePlatform.open(application.setup, crashed, application::progress);
        first.ensureNetwork();
        first.ensureFunction(application.function("b", Map.of()));
        first.close();

        try (EnginePlatform second = EnginePlatform.open(application.setup, crashed, application::progress);
                DockerClient client =
                        EngineClient.open(application.setup.engine().host())) {
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
        application.platform.ensureFunction(application.function("b", Map.of()));

        Usage usage = application.platform.usage().getFirst();

        assertThat(usage.workload()).isEqualTo("b");
        assertThat(usage.functionBytes()).isBetween(4L << 20, 64L << 20);
        assertThat(usage.sidecarBytes()).isBetween(15L << 20, 200L << 20);
        assertThat(usage.functionCpu()).isPositive();
        assertThat(usage.sidecarCpu()).isPositive();
    }

    @Test
    void aFusedWorkloadHasItsLimits_andOtherOnesWhileItRuns(@TempDir Path context) throws IOException {
        Files.writeString(context.resolve("Containerfile"), """
                ARG BASE=python:3.13-slim
                FROM ${BASE}
                COPY server.py /
                CMD ["python3", "/server.py"]
                """);
        Files.writeString(context.resolve("server.py"), TestApplication.SERVER.replace("8080", "15020"));
        Service built = TestApplication.service("g", null, new Service.Build(context, null, Map.of()), null);
        Image image = application.platform.ensureImage(built, application::progress);

        application.platform.ensureFused(new FusedSpec(
                "g",
                image.reference(),
                Map.of(),
                new Service.Resources(0.5, 96L << 20),
                List.of(),
                Map.of(),
                15020,
                TestApplication.sidecar(Map.of())));

        assertThat(limitsOf("fused-g")).contains(Long.toString(96L << 20), "50000", "100000");

        application.platform.resizeFused("g", new Service.Resources(0.7, 128L << 20));
        assertThat(limitsOf("fused-g")).contains(Long.toString(128L << 20), "70000", "100000");

        application.platform.resizeFused("g", new Service.Resources(null, 80L << 20));
        assertThat(limitsOf("fused-g")).contains(Long.toString(80L << 20), "70000", "100000");
    }

    /** Where they are depends on the version of control groups. */
    private String limitsOf(String workload) {
        return application.executed(
                workload,
                Labels.ROLE_FUSED,
                List.of(
                        "sh",
                        "-c",
                        "cd /sys/fs/cgroup; cat memory.max cpu.max memory/memory.limit_in_bytes cpu/cpu.cfs_*_us"));
    }

    @Test
    void workloadsReachAServerOnTheNetworksAddress() throws Exception {
        InetAddress gateway = application.platform.ensureNetwork();
        application.platform.ensureFunction(application.function("b", Map.of()));
        try (ServerSocket server = new ServerSocket(0, 10, gateway)) {
            Thread.ofVirtual().start(() -> {
                try (Socket socket = server.accept()) {
                    OutputStream out = socket.getOutputStream();
                    out.write("hello".getBytes(StandardCharsets.UTF_8));
                } catch (IOException e) {
                    // The assertion below fails.
                }
            });

            String heard = application.insideOf(
                    "b",
                    "import socket; print(socket.create_connection(('" + gateway.getHostAddress() + "', "
                            + server.getLocalPort() + "), 5).recv(5).decode())");

            assertThat(heard).contains("hello");
        }
    }

    @Test
    void aGatewayPublishesItsPortsAndAPortTakenIsSaid() throws Exception {
        Workload b = application.platform.ensureFunction(application.function("b", Map.of()));
        // Below the ports that the kernel hands to outgoing connections.
        int free = 20_000 + (int) (ProcessHandle.current().pid() % 12_000);
        try (ServerSocket taker = new ServerSocket(free, 1, InetAddress.getLoopbackAddress())) {
            assertThat(taker.getLocalPort()).isEqualTo(free);
            GatewaySpec taken = new GatewaySpec(
                    StaticBootstrap.gateway(8000, b.address() + ":8080"),
                    List.of(new HostPort("127.0.0.1", free, 8000)),
                    1);
            assertThatThrownBy(() -> application.platform.ensureGateway(taken))
                    .isInstanceOf(PlatformException.class)
                    .hasMessageContaining("127.0.0.1:" + free)
                    .extracting(e -> ((PlatformException) e).code())
                    .isEqualTo("SNT0612");
        }

        Workload gateway = application.platform.ensureGateway(new GatewaySpec(
                StaticBootstrap.gateway(8000, b.address() + ":8080"),
                List.of(new HostPort("127.0.0.1", free, 8000)),
                1));

        assertThat(gateway.publishedPorts()).containsExactly(new HostPort("127.0.0.1", free, 8000));
        HttpResponse<String> response = application.getOnceUp("http://127.0.0.1:" + free + "/");
        assertThat(response.body()).isEqualTo("b");
        assertThat(response.headers().allValues("x-through")).containsExactly("inbound", "gateway");
    }
}
