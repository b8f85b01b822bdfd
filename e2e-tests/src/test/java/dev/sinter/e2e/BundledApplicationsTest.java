package dev.sinter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinter.control.compose.Application;
import dev.sinter.control.compose.ComposeFile;
import dev.sinter.control.compose.Service;
import dev.sinter.control.demo.LoadPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BundledApplicationsTest {

    private static final Path APPS = Path.of("apps");

    @ParameterizedTest
    @ValueSource(strings = {"tree", "iot", "shop"})
    void loadsAServiceThatIsPublished(String name) {
        LoadPlan plan = LoadPlan.read(APPS.resolve(name).resolve("load.json"));

        assertThat(application(name).services().get(plan.service()))
                .isNotNull()
                .satisfies(service -> assertThat(service.ports()).hasSize(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tree", "iot", "shop"})
    void buildsEveryFunctionFromItsOwnFolderOnAnyBase(String name) throws IOException {
        for (Service service : application(name).services().values()) {
            Service.Build build = Objects.requireNonNull(service.build(), service::name);
            Path containerfile = build.context().resolve(Objects.requireNonNull(build.dockerfile(), service::name));

            assertThat(build.context()).hasFileName(service.name());
            assertThat(Files.readAllLines(containerfile)).startsWith("ARG BASE=python:3.13-slim", "FROM ${BASE}");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tree", "iot", "shop"})
    void holdsNothingOfSinterAndNoTraceHeaders(String name) throws IOException {
        List<Path> files;
        try (Stream<Path> tree = Files.walk(APPS.resolve(name))) {
            files = tree.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            assertThat(Files.readString(file).toLowerCase(Locale.ROOT))
                    .as(file.toString())
                    .doesNotContain("sinter", "traceparent", "x-b3", "x-request-id", "opentelemetry");
        }
    }

    private static Application application(String name) {
        return ComposeFile.read(APPS.resolve(name).resolve("compose.yaml"), Map.of());
    }
}
