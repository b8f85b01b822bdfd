package dev.sinter.control.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinter.control.compose.Service.Condition;
import dev.sinter.control.compose.Service.Healthcheck;
import dev.sinter.control.compose.Service.Mount;
import dev.sinter.control.compose.Service.PublishedPort;
import dev.sinter.control.compose.Service.Resources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ComposeFileTest {

    @TempDir
    Path directory;

    @Test
    void readsEveryKeyOfTheContract() throws IOException {
        Files.writeString(directory.resolve("common.env"), "LEVEL=info\nNAME=overridden\n");
        Application application = read("""
                name: shop
                labels: {sinter.dev/mode: auto, sinter.dev/latency-objective-ms: 250}
                volumes: {data: }
                services:
                  db: {image: "postgres:16"}
                  a:
                    build: {context: ./a, dockerfile: Containerfile, args: {BASE: "x"}}
                    command: ["python", "app.py"]
                    entrypoint: /bin/tini -- 'an argument'
                    environment: {NAME: a, EMPTY: "", PASSED: , ABSENT: }
                    env_file: common.env
                    working_dir: /app
                    user: "1000:1000"
                    ports: ["8080:80", "127.0.0.1:9000:90", "7070", {target: 81, published: 8081, host_ip: "::1"}]
                    expose: [8443, "9000-9001/tcp"]
                    volumes:
                      - ./conf:/conf:ro
                      - data:/data
                      - /anonymous
                      - {type: tmpfs, target: /scratch}
                      - {type: bind, source: /etc/hosts, target: /h, read_only: true}
                    depends_on: {db: {condition: service_healthy}}
                    healthcheck: {test: ["CMD", "curl", "-f", "x"], interval: 1m30s, timeout: 2s, retries: 5, start_period: 500ms}
                    deploy: {resources: {limits: {cpus: "0.5", memory: 128M}}, replicas: 1}
                    labels: ["sinter.dev/never-with=db", plain]
                    extra_hosts: ["legacy=10.0.0.1", "old:10.0.0.2"]
                    init: true
                    stop_signal: SIGINT
                    stop_grace_period: 20s
                    read_only: true
                    tmpfs: [/tmp, "/run:size=64m,mode=755"]
                """, Map.of("PASSED", "outside"));

        assertThat(application.name()).isEqualTo("shop");
        assertThat(application.labels()).containsEntry("sinter.dev/mode", "auto");
        assertThat(application.labels()).containsEntry("sinter.dev/latency-objective-ms", "250");
        assertThat(application.warnings()).isEmpty();
        Service a = service(application, "a");
        assertThat(a.build())
                .isEqualTo(new Service.Build(directory.resolve("a"), "Containerfile", Map.of("BASE", "x")));
        assertThat(a.command()).containsExactly("python", "app.py");
        assertThat(a.entrypoint()).containsExactly("/bin/tini", "--", "an argument");
        assertThat(a.environment())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("LEVEL", "info", "NAME", "a", "EMPTY", "", "PASSED", "outside"));
        assertThat(a.workingDir()).isEqualTo("/app");
        assertThat(a.user()).isEqualTo("1000:1000");
        assertThat(a.ports())
                .containsExactly(
                        new PublishedPort(null, 8080, 80),
                        new PublishedPort("127.0.0.1", 9000, 90),
                        new PublishedPort(null, 0, 7070),
                        new PublishedPort("::1", 8081, 81));
        assertThat(a.containerPorts()).containsExactly(80, 81, 90, 7070, 8443, 9000, 9001);
        assertThat(a.volumes())
                .containsExactly(
                        new Mount(Mount.Kind.BIND, directory.resolve("conf").toString(), "/conf", true),
                        new Mount(Mount.Kind.VOLUME, "data", "/data", false),
                        new Mount(Mount.Kind.VOLUME, null, "/anonymous", false),
                        new Mount(Mount.Kind.TMPFS, null, "/scratch", false),
                        new Mount(Mount.Kind.BIND, "/etc/hosts", "/h", true));
        assertThat(a.dependsOn()).isEqualTo(Map.of("db", Condition.HEALTHY));
        assertThat(a.healthcheck())
                .isEqualTo(new Healthcheck(
                        List.of("curl", "-f", "x"),
                        Duration.ofSeconds(90),
                        Duration.ofSeconds(2),
                        5,
                        Duration.ofMillis(500)));
        assertThat(a.resources()).isEqualTo(new Resources(0.5, 128L << 20));
        assertThat(a.labels()).isEqualTo(Map.of("sinter.dev/never-with", "db", "plain", ""));
        assertThat(a.extraHosts()).isEqualTo(Map.of("legacy", "10.0.0.1", "old", "10.0.0.2"));
        assertThat(a.init()).isTrue();
        assertThat(a.stopSignal()).isEqualTo("SIGINT");
        assertThat(a.stopGracePeriod()).isEqualTo(Duration.ofSeconds(20));
        assertThat(a.readOnly()).isTrue();
        assertThat(a.tmpfs()).isEqualTo(Map.of("/tmp", "", "/run", "size=64m,mode=755"));
        assertThat(application.startOrder())
                .extracting(wave -> wave.stream().map(Service::name).toList())
                .containsExactly(List.of("db"), List.of("a"));
    }

    @Test
    void whatIsLeftOutIsAsTheImageSays() throws IOException {
        Service a = service(read("services: {a: {image: x}}"), "a");

        assertThat(a.command()).isNull();
        assertThat(a.entrypoint()).isNull();
        assertThat(a.init()).isNull();
        assertThat(a.user()).isNull();
        assertThat(a.healthcheck()).isNull();
        assertThat(a.resources()).isEqualTo(Resources.UNLIMITED);
        assertThat(a.readOnly()).isFalse();
    }

    @Test
    void anEmptyCommandClearsTheImages() throws IOException {
        assertThat(service(read("services: {a: {image: x, command: []}}"), "a").command())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "$SET|given",
                "${SET}|given",
                "${SET:-d}|given",
                "${UNSET:-d}|d",
                "${UNSET-d}|d",
                "${EMPTY-d}|''",
                "${EMPTY:-d}|d",
                "${SET:+alt}|alt",
                "${EMPTY:+alt}|''",
                "${EMPTY+alt}|alt",
                "${UNSET:-${SET}/x}|given/x",
                "$$SET and $${SET}|$SET and ${SET}",
                "${UNSET}|''",
                "a${SET}b$SET|agivenbgiven",
            })
    void variablesArePutInAsComposeDoes(String text, String expected) throws IOException {
        Service a = service(
                read(
                        "services: {a: {image: x, environment: {V: '" + text + "'}}}",
                        Map.of("SET", "given", "EMPTY", "")),
                "a");

        assertThat(a.environment()).containsEntry("V", expected);
    }

    @Test
    void variablesComeFromDotEnvAndTheEnvironmentWins() throws IOException {
        Files.writeString(directory.resolve(".env"), "# tags\nTAG=1.0\nexport FULL=\"v${TAG}\"\nRAW='$TAG' # no\n");

        Application application =
                read("services: {a: {image: 'x:$TAG', command: ['${FULL}', '${RAW}']}}", Map.of("TAG", "2.0"));

        assertThat(service(application, "a").image()).isEqualTo("x:2.0");
        assertThat(service(application, "a").command()).containsExactly("v2.0", "$TAG");
    }

    @Test
    void aVariableThatIsNotSetIsWarnedOf() throws IOException {
        assertThat(read("services: {a: {image: 'x$NOWHERE'}}").warnings())
                .singleElement()
                .asString()
                .contains("compose.yaml:1")
                .contains("NOWHERE");
    }

    @Test
    void mergeKeysAndAnchorsWork() throws IOException {
        Application application = read("""
                x-base: &base
                  image: x
                  environment: &env {LEVEL: info}
                services:
                  a:
                    <<: *base
                    environment: {<<: *env, NAME: a}
                  b: {<<: [{init: true}, *base], image: y}
                """);

        assertThat(service(application, "a").environment()).isEqualTo(Map.of("LEVEL", "info", "NAME", "a"));
        assertThat(service(application, "b").image()).isEqualTo("y");
        assertThat(service(application, "b").init()).isTrue();
    }

    @Test
    void aMisspelledKeyIsAnErrorWithItsLineAndTheNearestKey() {
        assertFails(
                "services:\n  a:\n    image: x\n    enviroment: {A: b}\n",
                "SNT0502",
                "compose.yaml:4:",
                "services.a.enviroment",
                "Maybe environment is meant");
    }

    @Test
    void aKeyOfComposeThatSinterDoesNotSupportIsSaidToBeOne() {
        assertFails("services:\n  a:\n    image: x\n    privileged: true\n", "SNT0502", ":4:", "does not support");
    }

    @Test
    void keysWithoutEffectAreWarnedOf() throws IOException {
        assertThat(read("services:\n  a:\n    image: x\n    restart: always\n    x-own: 1\n")
                        .warnings())
                .singleElement()
                .asString()
                .endsWith("compose.yaml:4: services.a.restart has no effect here.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "services: {a: {}}|SNT0506|neither `image` nor `build`",
                "services: {}|SNT0508|services",
                "{}|SNT0508|services",
                "''|SNT0508|services",
                "[1, 2]|SNT0503|keys and values",
                "services: {a: {image: [x]}}|SNT0503|services.a.image: a list",
                "services: {a: {image: x, ports: ['80:90:100:110']}}|SNT0503|80:90:100:110",
                "services: {a: {image: x, ports: ['80-82:90-91']}}|SNT0503|ranges of equal length",
                "services: {a: {image: x, ports: ['53:53/udp']}}|SNT0503|protocol udp",
                "services: {a: {image: x, ports: ['99999']}}|SNT0503|99999",
                "services: {a: {image: x, volumes: ['data:/data']}}|SNT0503|volume data",
                "services: {a: {image: x, volumes: ['./x:data']}}|SNT0503|absolute path",
                "services: {a: {image: x, init: 'yes'}}|SNT0503|true or false",
                "services: {a: {image: x, stop_grace_period: soon}}|SNT0503|a duration",
                "services: {a: {image: x, deploy: {replicas: 3}}}|SNT0503|runs once",
                "services: {a: {image: x, deploy: {resources: {limits: {memory: lots}}}}}|SNT0503|a size",
                "services: {a: {image: x, command: \"echo 'open\"}}|SNT0503|closed",
                "services: {a: {image: x, labels: {sinter.dev/mode: fast}}}|SNT0503|off, recommend or auto",
                "services: {a: {image: x, labels: {sinter.dev/mod: auto}}}|SNT0503|sinter.dev/mod",
                "services: {a: {image: x, labels: {sinter.dev/latency-objective-ms: 50}}}|SNT0503|latency-objective-ms",
                "{services: {a: {image: x}}, labels: {sinter.dev/sizing: auto}}|SNT0503|observe or apply",
                "{services: {a: {image: x}}, labels: {sinter.dev/latency-objective-ms: 0}}|SNT0503|milliseconds",
                "{services: {a: {image: x}}, labels: {sinter.dev/latency-objective-ms: NaN}}|SNT0503|milliseconds",
                "{services: {a: {image: x}}, labels: {sinter.dev/latency-objective-ms: 50 ms}}|SNT0503|milliseconds",
                "services: {a: {image: x, depends_on: [b]}}|SNT0507|expected: one of a",
                "services: {a: {image: x, depends_on: [b]}, b: {image: x, depends_on: [a]}}|SNT0507|a, b depend",
                "services: {a: {image: x, env_file: no.env}}|SNT0505|no.env",
                "services: {a: {image: '${X:?needed for releases}'}}|SNT0504|needed for releases",
                "services: {a: {image: '${X'}}|SNT0504|$NAME",
                "services: {gateway: {image: x}}|SNT0509|gateway",
                "services: {a: {image: x}, a: {image: y}}|SNT0503|given twice",
                "services: {a: {image: x, healthcheck: {test: [RUN, x]}}}|SNT0503|CMD-SHELL",
                "services: {a: {image: x|SNT0501|not YAML",
                "a: &a [*a, *a]|SNT0501|levels",
                "name: Shop!|SNT0503|lower-case",
            })
    void whatIsWrongIsOneCodedMessage(String yaml, String code, String part) {
        String complete = yaml.startsWith("name:") ? yaml + "\nservices: {a: {image: x}}" : yaml;
        assertFails(complete, code, "compose.yaml:", part);
    }

    @Test
    void aliasesCannotBlowUpMemory() {
        StringBuilder yaml = new StringBuilder("x0: &x0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n");
        for (int i = 1; i < 10; i++) {
            String alias = "*x" + (i - 1);
            yaml.append("x%d: &x%d [%s]\n"
                    .formatted(
                            i,
                            i,
                            String.join(", ", List.of(alias, alias, alias, alias, alias, alias, alias, alias, alias))));
        }
        assertFails(yaml + "services: {a: {image: x}}\n", "SNT0501", "more than 100000 values");
    }

    @Test
    void aFileThatIsNotThereIsSaid() {
        assertThatThrownBy(() -> ComposeFile.read(directory.resolve("no.yaml"), Map.of()))
                .isInstanceOf(ComposeException.class)
                .hasMessageContaining("no.yaml: no such file");
    }

    @Test
    void aFileWithoutEndIsReadUpToTheBoundOnly() {
        assertThatThrownBy(() -> ComposeFile.read(Path.of("/dev/zero"), Map.of()))
                .hasMessageContaining("/dev/zero: larger than 1 MiB");
    }

    @Test
    void aFileThatIsNotUtf8IsSaid() throws IOException {
        Path file = Files.write(directory.resolve("latin.yaml"), "name: ü".getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> ComposeFile.read(file, Map.of()))
                .isInstanceOf(ComposeException.class)
                .hasMessageContaining("not UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"My Shop.v2", "_x", "123", "Ümläut", "---"})
    void anApplicationWithoutANameIsCalledAsItsDirectory(String name) throws IOException {
        Path inside = Files.createDirectory(directory.resolve(name));
        Path file = Files.writeString(inside.resolve("compose.yaml"), "services: {a: {image: x}}");

        assertThat(ComposeFile.read(file, Map.of()).name()).matches("[a-z0-9][a-z0-9_-]{0,62}");
    }

    private void assertFails(String yaml, String code, String... parts) {
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOf(ComposeException.class)
                .hasMessageContainingAll(parts)
                .extracting(e -> ((ComposeException) e).code())
                .isEqualTo(code);
    }

    private Application read(String yaml) throws IOException {
        return read(yaml, Map.of());
    }

    private Application read(String yaml, Map<String, String> environment) throws IOException {
        Path file = Files.writeString(directory.resolve("compose.yaml"), yaml);
        return ComposeFile.read(file, environment);
    }

    private static Service service(Application application, String name) {
        Service service = application.services().get(name);
        if (service == null) {
            throw new AssertionError("service " + name + " is missing");
        }
        return service;
    }
}
