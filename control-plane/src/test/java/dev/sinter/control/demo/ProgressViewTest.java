package dev.sinter.control.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class ProgressViewTest {

    private static final String ESCAPE = "\u001b";

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-21T10:00:00Z"));
    private final InstantSource time = now::get;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    @Test
    void writesALineAnEventWhereThereIsNoTerminal() {
        try (ProgressView view = new PlainView(out, time)) {
            view.step("build 7 images");
            view.detail("a");
            view.detail("a");
            pass(12);
            view.step("start");
            pass(3);
        }

        assertThat(written()).isEqualTo("""
                        2026-11-21T10:00:00Z build 7 images
                        2026-11-21T10:00:00Z a
                        2026-11-21T10:00:12Z done: build 7 images (12.0 s)
                        2026-11-21T10:00:12Z start
                        2026-11-21T10:00:15Z done: start (3.0 s)
                        """);
    }

    @Test
    void tellsTheLoadNowAndThenOnly() {
        try (ProgressView view = new PlainView(out, time)) {
            for (int second = 0; second < 25; second++) {
                view.load(new LoadSnapshot(Phase.BEFORE, second, 0, 0, 1, 20, 511.5));
                pass(1);
            }
        }

        assertThat(written().lines()).hasSize(3).allMatch(line -> line.contains("20.0/s, p50 511.5 ms"));
    }

    @Test
    void saysWhichStepFailedAndWhy() {
        try (ProgressView view = new PlainView(out, time)) {
            view.step("start");
            view.failed("SNT0601 port 18080: taken");
        }

        assertThat(written())
                .contains("failed: start", "SNT0601 port 18080: taken")
                .doesNotContain("done: start");
    }

    @Test
    void letsNoFunctionSteerTheTerminal() {
        try (ProgressView view = LiveView.start(out, time, false)) {
            view.step("start");
            view.note("log: " + ESCAPE + "]0;owned\u0007\nsecond line");
            view.detail(ESCAPE + "[2J");
            await().until(() -> written().contains("[2J"));
        }

        assertThat(written()).contains("log:  ]0;owned\nsecond line").doesNotContain(ESCAPE + "]", ESCAPE + "[2J");
    }

    @Test
    void leavesFinishedStepsAndNothingElseOnTheTerminal() {
        try (ProgressView view = LiveView.start(out, time, true)) {
            view.step("build");
            view.load(new LoadSnapshot(Phase.BEFORE, 5, 1, 0, 1, 20, 511.5));
            view.detail("layer 3");
            await().until(() -> written().contains("layer 3"));
            view.step("start");
        }

        String last = written().substring(written().lastIndexOf(ESCAPE + "[J"));
        assertThat(written()).contains("[32m✓");
        assertThat(last).contains("✓", "start").doesNotContain("layer 3", "511.5 ms");
    }

    @Test
    void usesNoColourWhereItIsNotWanted() {
        try (ProgressView view = LiveView.start(out, time, false)) {
            view.step("build");
            view.failed("SNT0604 no disk");
        }

        assertThat(written()).contains("✗ build").doesNotContain(ESCAPE + "[31m", ESCAPE + "[36m");
    }

    private String written() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private void pass(int seconds) {
        now.updateAndGet(instant -> instant.plusSeconds(seconds));
    }
}
