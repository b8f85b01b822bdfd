package dev.sinter.control.lifecycle;

/** A step of a group's life cycle that is not possible, or that failed. */
public final class LifecycleException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String code;

    public LifecycleException(String code, String message) {
        super(message);
        this.code = code;
    }

    public LifecycleException(String code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** The message code, such as {@code SNT0801}. */
    public String code() {
        return code;
    }
}
