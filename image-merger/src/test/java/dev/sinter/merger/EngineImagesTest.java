package dev.sinter.merger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinter.merger.TestImage.Tar;
import dev.sinter.merger.transport.EngineImages;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Saving is what an engine takes longest for. */
final class EngineImagesTest {

    @TempDir
    Path directory = Path.of("");

    private final TestImage image = TestImage.from(TestImage.python())
            .layer(new Tar().file("app/app.py", "import flask").file("app/other.py", "import waitress"));
    private final List<List<String>> saved = new ArrayList<>();

    @Test
    void anImageOfSeveralFunctionsIsSavedOnceAndWhatWasReadOfItIsKept() {
        assertThat(contracts()).containsExactly("flask", "waitress", "flask");
        assertThat(saved).containsExactly(List.of("shared"));

        assertThat(contracts()).containsExactly("flask", "waitress", "flask");
        assertThat(saved).hasSize(1);
    }

    @Test
    void aKnownImageIsSavedOnceMoreForAllItsFunctions() {
        ImageMerger merger = new ImageMerger(MergerSettings.in(directory.resolve("cache")), engine());
        merger.analyse(request(List.of("app.py")), MergeProgress.NONE);
        saved.clear();

        merger.analyse(request(List.of("other.py", "app.py", "other.py")), MergeProgress.NONE);

        assertThat(saved).containsExactly(List.of("shared"));
    }

    private List<String> contracts() {
        return new ImageMerger(MergerSettings.in(directory.resolve("cache")), engine())
                .analyse(request(List.of("app.py", "other.py", "app.py")), MergeProgress.NONE).members().stream()
                        .map(CompatibilityReport.MemberFacts::contract)
                        .toList();
    }

    private static MergeRequest request(List<String> scripts) {
        List<Member> members = new ArrayList<>();
        for (String script : scripts) {
            Overrides overrides = new Overrides(null, List.of("python3", script), Map.of(), null, null);
            members.add(new Member("f" + members.size(), "docker-daemon:shared", overrides, null));
        }
        return new MergeRequest("g", members, List.of(), Tier.CO_POD);
    }

    private EngineImages engine() {
        return new EngineImages() {
            @Override
            public String idOf(String reference) {
                return image.id();
            }

            @Override
            public InputStream save(List<String> references) throws IOException {
                saved.add(references);
                return Files.newInputStream(TestImage.archive(directory.resolve("saved.tar"), Map.of("shared", image)));
            }

            @Override
            public void load(InputStream dockerArchive) {
                throw new UnsupportedOperationException("nothing is built here");
            }
        };
    }
}
