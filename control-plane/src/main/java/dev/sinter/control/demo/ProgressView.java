package dev.sinter.control.demo;

/**
 * Shows the person how a long command gets on: steps one after another, what each does at the moment, and the load.
 * Everything goes to standard error. Thread-safe; none of the methods throws because of the terminal.
 */
public interface ProgressView extends AutoCloseable {

    /**
     * The view for this process's standard error: live on a terminal, one line an event elsewhere.
     *
     * <p>{@code NO_COLOR} (any value but the empty one) turns colours off, {@code TERM=dumb} the live view.
     */
    static ProgressView ofProcess() {
        return Terminals.view(System.err, System.getenv());
    }

    /** Begins a step; the one before is done with that. */
    void step(String name);

    /** What the present step does at the moment, such as the last line of a build. */
    void detail(String text);

    /** How the load stands; shown until the next one. */
    void load(LoadSnapshot snapshot);

    /** A line that stays on the screen. */
    void note(String text);

    /** The present step has failed; {@code message} stays on the screen. */
    void failed(String message);

    /** The present step is done, and nothing more is shown. */
    @Override
    void close();
}
