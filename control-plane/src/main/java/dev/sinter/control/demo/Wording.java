package dev.sinter.control.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.stream.Collectors;

/** How both views put things. */
final class Wording {

    private Wording() {}

    static String load(LoadSnapshot snapshot) {
        return String.format(
                Locale.ROOT,
                "%.1f/s, p50 %.1f ms, %d under way, %d sent, %d failed, %d differing",
                snapshot.recentRatePerSecond(),
                snapshot.recentP50Ms(),
                snapshot.inFlight(),
                snapshot.sent(),
                snapshot.failed(),
                snapshot.differing());
    }

    static String elapsed(Instant since, Instant now) {
        return String.format(Locale.ROOT, "%.1f s", Duration.between(since, now).toMillis() / 1000.0);
    }

    /** What comes from engines and functions must not steer the terminal. */
    static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}+", " ").strip();
    }

    /** The same, with its line breaks. */
    static String lines(String text) {
        return text.lines().map(Wording::oneLine).collect(Collectors.joining("\n"));
    }
}
