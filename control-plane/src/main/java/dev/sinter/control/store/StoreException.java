package dev.sinter.control.store;

/** The store cannot be opened, read or written. */
public final class StoreException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String code;

    StoreException(String code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** The message code, such as {@code SNT0901}. */
    public String code() {
        return code;
    }
}
