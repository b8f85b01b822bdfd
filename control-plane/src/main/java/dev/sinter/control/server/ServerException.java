package dev.sinter.control.server;

/** A server that cannot start, or an application that it cannot run. */
public final class ServerException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String code;

    public ServerException(String code, String message) {
        super(message);
        this.code = code;
    }

    public ServerException(String code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** The message code, such as {@code SNT0821}. */
    public String code() {
        return code;
    }
}
