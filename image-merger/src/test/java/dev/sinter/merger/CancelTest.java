package dev.sinter.merger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinter.merger.TestImage.Tar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CancelTest {

    @TempDir
    Path directory = Path.of("");

    private MergeRequest request =
            new MergeRequest("g", List.of(new Member("x", "x", Overrides.NONE, null)), List.of(), Tier.IN_PROCESS);

    @BeforeEach
    void images() {
        TestImage a = TestImage.from(TestImage.python()).layer(new Tar().file("app/app.py", "import flask # aaa"));
        TestImage b = TestImage.from(TestImage.python()).layer(new Tar().file("app/app.py", "import flask"));
        Path archive = TestImage.archive(directory.resolve("in.tar"), TestImage.named("a", a, "b", b));
        request = new MergeRequest(
                "g",
                List.of(
                        new Member("a", "docker-archive:" + archive + ":a", Overrides.NONE, null),
                        new Member("b", "docker-archive:" + archive + ":b", Overrides.NONE, null)),
                List.of(),
                Tier.IN_PROCESS);
    }

    @AfterEach
    void notInterruptedForOthers() {
        Thread.interrupted();
    }

    @ParameterizedTest
    @ValueSource(strings = {"reading images", "reading layers", "comparing images", "writing layers", "handing over"})
    void aMergeCancelledAtAnyStepLeavesNothing(String step) throws IOException {
        Path target = directory.resolve("out");

        assertThatThrownBy(() -> merger().merge(request, "oci:" + target + ":v1", (at, done, total) -> {
                    if (at.equals(step)) {
                        Thread.currentThread().interrupt();
                    }
                }))
                .isInstanceOfSatisfying(
                        MergeException.class, e -> assertThat(e.problem()).isEqualTo(MergeProblem.CANCELLED));

        assertThat(Thread.interrupted()).as("the caller still knows").isTrue();
        assertThat(target.resolve("index.json")).doesNotExist();
        try (Stream<Path> files = Files.walk(directory)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .noneMatch(name -> name.contains("part-") || name.startsWith("merge-"));
        }
    }

    @Test
    void afterACancelledMergeTheNextOneSucceeds() {
        String target = "oci:" + directory.resolve("out") + ":v1";
        assertThatThrownBy(() -> merger().merge(
                        request,
                        target,
                        (at, done, total) -> Thread.currentThread().interrupt()));
        assertThat(Thread.interrupted()).isTrue();

        MergeResult result = merger().merge(request, target, MergeProgress.NONE);

        try (Unpacked fused = Unpacked.of(target, directory)) {
            assertThat(fused.image().config().digest().value()).isEqualTo(result.imageId());
        }
    }

    @Test
    void everyStepIsToldInOrderAndLayersAreCounted() {
        List<String> steps = new ArrayList<>();
        List<Long> layers = new ArrayList<>();

        merger().merge(request, "oci:" + directory.resolve("out") + ":v1", (at, done, total) -> {
            if (steps.isEmpty() || !steps.getLast().equals(at)) {
                steps.add(at);
            }
            if (at.equals("reading layers")) {
                layers.add(done);
                assertThat(total).isEqualTo(3);
            }
        });

        assertThat(steps)
                .containsExactly(
                        "reading images", "reading layers", "comparing images", "writing layers", "handing over");
        assertThat(layers).containsExactly(1L, 2L, 3L);
    }

    private ImageMerger merger() {
        return new ImageMerger(MergerSettings.in(directory.resolve("cache")), null);
    }
}
