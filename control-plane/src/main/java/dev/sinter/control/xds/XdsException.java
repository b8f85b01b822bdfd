package dev.sinter.control.xds;

/** The ADS server cannot do what was asked; the message says what to change. */
public final class XdsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;

    XdsException(String code, String message) {
        super(message);
        this.code = code;
    }

    XdsException(String code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** Such as {@code SNT0701}. */
    public String code() {
        return code;
    }
}
