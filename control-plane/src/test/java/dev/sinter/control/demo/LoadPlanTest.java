package dev.sinter.control.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LoadPlanTest {

    @TempDir
    Path folder;

    @Test
    void readsRequestsAndFillsInWhatIsOrdinary() throws IOException {
        Path file = write("""
                {"service": "a", "ratePerSecond": 20, "requests": [
                  {"path": "/?n=1"},
                  {"method": "POST", "path": "/x", "headers": {"content-type": "text/plain"}, "body": "hi",
                   "expectedStatus": 404}]}
                """);

        LoadPlan plan = LoadPlan.read(file);

        assertThat(plan.service()).isEqualTo("a");
        assertThat(plan.ratePerSecond()).isEqualTo(20);
        assertThat(plan.requests())
                .containsExactly(
                        new LoadRequest("GET", "/?n=1", Map.of(), null, 200),
                        new LoadRequest("POST", "/x", Map.of("content-type", "text/plain"), "hi", 404));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"ratePerSecond\": 20, \"requests\": [{\"path\": \"/\"}]}",
                "{\"service\": \"a\", \"requests\": [{\"path\": \"/\"}]}",
                "{\"service\": \"a\", \"ratePerSecond\": -1, \"requests\": [{\"path\": \"/\"}]}",
                "{\"service\": \"a\", \"ratePerSecond\": 1e9, \"requests\": [{\"path\": \"/\"}]}",
                "{\"service\": \"a\", \"ratePerSecond\": 20, \"requests\": []}",
                "{\"service\": \"a\", \"ratePerSecond\": 20, \"requests\": [{\"path\": \"http://elsewhere/\"}]}",
                "{\"service\": \"a\", \"ratePerSecond\": 20, \"requests\": [{}]}"
            })
    void refusesWhatMakesNoSense(String json) throws IOException {
        Path file = write(json);

        assertThatThrownBy(() -> LoadPlan.read(file))
                .isInstanceOfSatisfying(
                        DemoException.class, e -> assertThat(e.code()).isEqualTo("SNT1002"))
                .hasMessageStartingWith(file.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{", "{\"service\": \"a\", \"rps\": 20}", "{} {}"})
    void refusesWhatItCannotRead(String json) throws IOException {
        Path file = write(json);

        assertThatThrownBy(() -> LoadPlan.read(file))
                .isInstanceOfSatisfying(
                        DemoException.class, e -> assertThat(e.code()).isEqualTo("SNT1001"))
                .hasMessageStartingWith(file.toString());
    }

    @Test
    void saysThatTheFileIsMissing() {
        assertThatThrownBy(() -> LoadPlan.read(folder.resolve("none.json")))
                .isInstanceOfSatisfying(
                        DemoException.class, e -> assertThat(e.code()).isEqualTo("SNT1001"));
    }

    private Path write(String json) throws IOException {
        return Files.writeString(folder.resolve("load.json"), json);
    }
}
