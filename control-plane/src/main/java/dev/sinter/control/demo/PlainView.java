package dev.sinter.control.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** One line an event, each with its time: for logs and for whoever reads them later. */
final class PlainView implements ProgressView {

    private static final Duration LOAD_EVERY = Duration.ofSeconds(10);

    private final Object lock = new Object();
    private final PrintStream out;
    private final InstantSource time;
    private @Nullable String step;
    private Instant stepSince;
    private Instant loadShownAt = Instant.EPOCH;
    private String shownDetail = "";

    PlainView(PrintStream out, InstantSource time) {
        this.out = out;
        this.time = time;
        stepSince = time.instant();
    }

    @Override
    public void step(String name) {
        synchronized (lock) {
            end();
            step = name;
            stepSince = time.instant();
            shownDetail = "";
            print(name);
        }
    }

    @Override
    public void detail(String text) {
        synchronized (lock) {
            if (!text.equals(shownDetail)) {
                shownDetail = text;
                print("  " + text);
            }
        }
    }

    @Override
    public void load(LoadSnapshot snapshot) {
        synchronized (lock) {
            if (!time.instant().isBefore(loadShownAt.plus(LOAD_EVERY))) {
                loadShownAt = time.instant();
                print("  " + Wording.load(snapshot));
            }
        }
    }

    @Override
    public void note(String text) {
        synchronized (lock) {
            print(text);
        }
    }

    @Override
    public void failed(String message) {
        synchronized (lock) {
            if (step != null) {
                print("failed: " + step + " (" + Wording.elapsed(stepSince, time.instant()) + ")");
                step = null;
            }
            print(message);
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            end();
        }
    }

    private void end() {
        if (step != null) {
            print("done: " + step + " (" + Wording.elapsed(stepSince, time.instant()) + ")");
            step = null;
        }
    }

    private void print(String text) {
        out.println(time.instant().truncatedTo(ChronoUnit.SECONDS) + " " + Wording.lines(text));
        out.flush();
    }
}
