package dev.sinter.control.verify;

/** A verification that cannot take place. */
public final class VerifyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String code;

    public VerifyException(String code, String message) {
        super(message);
        this.code = code;
    }

    /** The message code, such as {@code SNT0855}. */
    public String code() {
        return code;
    }
}
