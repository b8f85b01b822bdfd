package dev.sinter.control.platform;

import static dev.sinter.control.platform.TestApplication.ADDRESSES;
import static dev.sinter.control.platform.TestApplication.SERVER;
import static dev.sinter.control.platform.TestApplication.server;
import static dev.sinter.control.platform.TestApplication.service;
import static dev.sinter.control.platform.TestApplication.sidecar;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinter.control.compose.Service;
import dev.sinter.control.compose.Service.Condition;
import dev.sinter.control.compose.Service.Healthcheck;
import dev.sinter.control.compose.Service.Mount;
import dev.sinter.control.compose.Service.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** How a function starts, what holds it up, and what is said when it cannot. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class StartIT {

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
    void aFunctionThatCrashesAtStartIsOneMessageWithItsLastLinesAndLeavesNothing() {
        Service crashing =
                service("b", List.of("python3", "-c", "import sys; print('no such key: DB_URL'); sys.exit(3)"), null);

        assertThatThrownBy(() -> application.platform.ensureFunction(
                        new FunctionSpec(crashing, application.setup.baseImage(), sidecar(Map.of()))))
                .isInstanceOf(PlatformException.class)
                .hasMessageContaining("b: exited with 3")
                .hasMessageContaining("no such key: DB_URL")
                .extracting(e -> ((PlatformException) e).code())
                .isEqualTo("SNT0607");
        assertThat(application.platform.list()).isEmpty();
    }

    @Test
    void anEnvoyThatRefusesItsBootstrapIsSaidAndLeavesNothing() {
        SidecarSpec broken = new SidecarSpec("{\"no_such_field\": 1}", List.of(8080), ADDRESSES, 1);

        assertThatThrownBy(() -> application.platform.ensureFunction(
                        new FunctionSpec(server("b"), application.setup.baseImage(), broken)))
                .isInstanceOf(PlatformException.class)
                .hasMessageContaining("no_such_field")
                .extracting(e -> ((PlatformException) e).code())
                .isEqualTo("SNT0609");
        assertThat(application.platform.list()).isEmpty();
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
                application.setup.baseImage(),
                sidecar(Map.of()));

        assertThat(application.platform.ensureFunction(slow).running()).isTrue();
        application.platform.stop("b", Duration.ofSeconds(1));
        assertThat(application.platform.ensureFunction(slow).running()).isTrue();
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

        assertThatThrownBy(() -> application.platform.ensureFunction(
                        new FunctionSpec(service, application.setup.baseImage(), sidecar(Map.of()))))
                .hasMessageContaining("from the host 1000 /tmp")
                .hasMessageContaining("refused /shared/given")
                .hasMessageContaining("refused /usr/x")
                .hasMessageContaining("exited with 5");
    }
}
