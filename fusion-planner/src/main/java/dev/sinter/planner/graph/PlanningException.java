package dev.sinter.planner.graph;

/** A graph or plan that cannot be worked with; the message starts with a code {@code SNT03xx} and says what to do. */
public final class PlanningException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String code;

    public PlanningException(String code, String message) {
        super(code + ": " + message);
        this.code = code;
    }

    /** The message's code, such as {@code SNT0301}. */
    public String code() {
        return code;
    }
}
