package dev.sinter.control.api;

/** What a server refused, or that it does not answer. */
public final class ApiException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String code;

    ApiException(String code, String message) {
        super(message);
        this.code = code;
    }

    /** The message code, such as {@code SNT0911}. */
    public String code() {
        return code;
    }
}
