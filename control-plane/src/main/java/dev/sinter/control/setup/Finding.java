package dev.sinter.control.setup;

/**
 * What an {@link Inspection} found of one thing that Sinter needs.
 *
 * @param subject what was looked at, e.g. {@code engine}
 * @param found what is there
 * @param remedy what to do about it; empty where nothing is to be done
 */
public record Finding(String subject, State state, String found, String remedy) {

    /** Whether Sinter can work with what was found. */
    public enum State {
        READY,
        /** Missing, but {@code sinter setup}, or any command that needs it, brings it. */
        COMES,
        /** Works, though not for long or not for much. */
        DOUBTFUL,
        /** Somebody has to do something first. */
        BLOCKED
    }

    static Finding ready(String subject, String found) {
        return new Finding(subject, State.READY, found, "");
    }
}
