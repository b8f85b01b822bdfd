package dev.sinter.control.platform;

import static dev.sinter.control.platform.TestApplication.service;
import static dev.sinter.control.platform.TestApplication.sidecar;
import static dev.sinter.control.platform.TestApplication.withImage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinter.control.compose.Service;
import dev.sinter.control.compose.Service.Build;
import dev.sinter.merger.transport.EngineImages;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Images on the engine of this machine: built, found, saved and loaded. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ImagesIT {

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

        Image image = application.platform.ensureImage(service, application::progress);
        Image again = application.platform.ensureImage(service, application::progress);

        assertThat(image.digest()).startsWith("sha256:").isEqualTo(again.digest());
        assertThat(image.exposedPorts()).containsExactly(8080);
        assertThat(image.environment()).containsEntry("NAME", "built");
        Service run = service(
                "built",
                List.of("python", "-c", "import waitress; print('has', waitress.__name__); raise SystemExit(4)"),
                null);
        assertThatThrownBy(() -> application.platform.ensureFunction(
                        new FunctionSpec(run, image.reference(), sidecar(Map.of()))))
                .hasMessageContaining("has waitress");
    }

    @Test
    void aBuildThatFailsSaysWhatItSaid(@TempDir Path context) throws IOException {
        Files.writeString(
                context.resolve("Dockerfile"), "ARG BASE\nFROM ${BASE}\nRUN echo needs-a-compiler && exit 7\n");

        assertThatThrownBy(() -> application.platform.ensureImage(
                        service("built", null, new Build(context, null, Map.of()), null), application::progress))
                .isInstanceOf(PlatformException.class)
                .hasMessageContaining("needs-a-compiler")
                .extracting(e -> ((PlatformException) e).code())
                .isEqualTo("SNT0604");
    }

    @Test
    void aMissingImageIsOneMessage() {
        Service service = withImage("b", "localhost/no/such:image");

        assertThatThrownBy(() -> application.platform.ensureImage(service, application::progress))
                .isInstanceOf(PlatformException.class)
                .hasMessageContaining("localhost/no/such:image")
                .extracting(e -> ((PlatformException) e).code())
                .isEqualTo("SNT0603");
    }

    @Test
    void imagesAreSavedAndLoadedUnchanged() throws IOException {
        EngineImages images = application.platform.engineImages();
        String id = images.idOf(application.setup.baseImage());
        Path archive = Files.createTempFile("sinter-it", ".tar");
        try {
            try (InputStream in = images.save(List.of(application.setup.baseImage()))) {
                Files.copy(in, archive, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            }
            try (InputStream in = Files.newInputStream(archive)) {
                images.load(in);
            }
            assertThat(images.idOf(application.setup.baseImage())).isEqualTo(id);
            assertThatThrownBy(() -> images.load(InputStream.nullInputStream())).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> images.idOf("localhost/no/such:image")).isInstanceOf(IOException.class);
        } finally {
            Files.delete(archive);
        }
    }
}
