package dev.sinter.control.demo;

import org.jspecify.annotations.Nullable;

/** A demonstration that cannot be run as asked. */
public final class DemoException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String code;

    public DemoException(String code, String message) {
        this(code, message, null);
    }

    public DemoException(String code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** The message code, such as {@code SNT1001}. */
    public String code() {
        return code;
    }
}
