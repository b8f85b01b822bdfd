package dev.sinter.control.setup;

import org.jspecify.annotations.Nullable;

/** Something this machine lacks and that could not be brought. */
public final class SetupException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String code;

    public SetupException(String code, String message) {
        this(code, message, null);
    }

    public SetupException(String code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** The message code, such as {@code SNT0121}. */
    public String code() {
        return code;
    }
}
