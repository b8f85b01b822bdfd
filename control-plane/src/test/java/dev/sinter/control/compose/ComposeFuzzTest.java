package dev.sinter.control.compose;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever a file holds, reading it gives an application or a coded message, and nothing else. */
final class ComposeFuzzTest {

    private static final List<String> KEYS = Stream.of(
                    Keys.TOP,
                    Keys.SERVICE,
                    Keys.BUILD,
                    Keys.HEALTHCHECK,
                    Keys.DEPLOY,
                    Keys.PORT,
                    Keys.MOUNT,
                    Keys.DEPENDENCY,
                    Keys.ENV_FILE,
                    Keys.LIMITS)
            .flatMap(keys -> Stream.concat(keys.supported().stream(), keys.withoutEffect().stream()))
            .collect(java.util.stream.Collectors.toCollection(TreeSet::new))
            .stream()
            .toList();

    @Property(tries = 1000)
    void anyText(@ForAll("texts") String yaml) throws IOException {
        readsOrRefuses(yaml.getBytes(StandardCharsets.UTF_8));
    }

    @Property(tries = 300)
    void anyBytes(@ForAll byte[] bytes) throws IOException {
        readsOrRefuses(bytes);
    }

    @Property(tries = 400)
    void anyShapeUnderKnownKeys(@ForAll("services") String service) throws IOException {
        readsOrRefuses(("services: {a: {image: x, " + service + "}}").getBytes(StandardCharsets.UTF_8));
    }

    @Property(tries = 200)
    void anyShapeAtTheTop(@ForAll("services") String top) throws IOException {
        readsOrRefuses(("{services: {a: {image: x}}, " + top + "}").getBytes(StandardCharsets.UTF_8));
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(200),
                Arbitraries.strings().withChars("{}[]:,-&*!|>'\"%@`#\n $ab1<?").ofMaxLength(80));
    }

    @Provide
    Arbitrary<String> services() {
        return value(0).list()
                .ofMinSize(1)
                .ofMaxSize(3)
                .flatMap(valueList -> Arbitraries.of(KEYS)
                        .list()
                        .ofSize(valueList.size())
                        .map(keyList -> {
                            StringBuilder fields = new StringBuilder();
                            for (int i = 0; i < valueList.size(); i++) {
                                fields.append(i == 0 ? "" : ", ")
                                        .append(keyList.get(i))
                                        .append(": ")
                                        .append(valueList.get(i));
                            }
                            return fields.toString();
                        }));
    }

    private static Arbitrary<String> value(int depth) {
        Arbitrary<String> scalar = Arbitraries.of(
                "",
                "null",
                "true",
                "0",
                "-1",
                "80",
                "8080:80",
                "'99999999999'",
                "'80-90'",
                "1.5",
                ".inf",
                "'a=b'",
                "'=b'",
                "'a:b:c:d'",
                "'/x'",
                "'./x:/y:ro'",
                "'~'",
                "'${'",
                "'${A:-b}'",
                "'$'",
                "'\\0'",
                "\"\\0\"",
                "'10s'",
                "'1h1'",
                "'-5m'",
                "'9999999999999d'",
                "'1e9'",
                "'CMD'",
                "'NONE'",
                "'\\'",
                "\"'\"",
                "é",
                "'service_healthy'",
                "a",
                "'2026-11-21'",
                "!!binary aGk=",
                "!x y",
                "0x1F",
                "'512M'",
                "'[::1]:80:80'");
        if (depth > 2) {
            return scalar;
        }
        Arbitrary<String> list = Arbitraries.lazy(
                () -> value(depth + 1).list().ofMaxSize(3).map(values -> "[" + String.join(", ", values) + "]"));
        Arbitrary<String> fields = Arbitraries.lazy(() ->
                value(depth + 1).flatMap(value -> Arbitraries.of(KEYS).map(key -> "{" + key + ": " + value + "}")));
        return Arbitraries.oneOf(scalar, list, fields);
    }

    private static void readsOrRefuses(byte[] bytes) throws IOException {
        Path directory = Files.createTempDirectory("sinter-fuzz");
        Path file = directory.resolve("compose.yaml");
        try {
            Files.write(file, bytes);
            Application application = ComposeFile.read(file, Map.of("A", "x"));
            assertThat(application.services()).isNotEmpty();
        } catch (ComposeException e) {
            assertThat(e.code()).matches("SNT05\\d\\d");
            assertThat(e).hasMessageContaining(file.toString().substring(0, 4));
        } finally {
            Files.deleteIfExists(file);
            Files.deleteIfExists(directory);
        }
    }
}
