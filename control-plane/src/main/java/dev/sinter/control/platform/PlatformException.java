package dev.sinter.control.platform;

import org.jspecify.annotations.Nullable;

/** Something the container engine could not do, or a workload that did not come up. */
public final class PlatformException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String code;

    public PlatformException(String code, String message) {
        this(code, message, null);
    }

    public PlatformException(String code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** The message code, such as {@code SNT0601}. */
    public String code() {
        return code;
    }
}
