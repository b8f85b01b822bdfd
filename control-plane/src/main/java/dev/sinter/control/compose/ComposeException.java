package dev.sinter.control.compose;

import org.jspecify.annotations.Nullable;

/** A Compose file that cannot be read or asks for what Sinter does not do. */
public final class ComposeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String code;

    public ComposeException(String code, String message) {
        this(code, message, null);
    }

    public ComposeException(String code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** The message code, such as {@code SNT0501}. */
    public String code() {
        return code;
    }
}
