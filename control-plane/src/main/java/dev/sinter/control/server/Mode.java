package dev.sinter.control.server;

import java.util.Arrays;
import java.util.Locale;

/** How far Sinter goes by itself. */
public enum Mode {
    /** Watches nothing and changes nothing. */
    OFF,
    /** Proposes; a person approves. */
    RECOMMEND,
    /** Approves by itself. */
    AUTO;

    /**
     * Reads a label's or an option's value.
     *
     * @throws ServerException {@code SNT0821} for any other word
     */
    public static Mode of(String value) {
        for (Mode mode : values()) {
            if (mode.label().equals(value)) {
                return mode;
            }
        }
        throw new ServerException(
                "SNT0821",
                "mode: " + value + " (expected: one of "
                        + Arrays.stream(values()).map(Mode::label).toList() + ")");
    }

    /** As labels spell it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
