package dev.sinter.control.routing;

/** A desired state of the mesh did not come into force. */
public final class RoutingException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String code;

    RoutingException(String code, String message) {
        super(message);
        this.code = code;
    }

    /** {@code SNT0710} a proxy refused, {@code SNT0711} not connected in time, {@code SNT0712} no answer in time, {@code SNT0713}
     * a sidecar does not tell how busy it is. */
    public String code() {
        return code;
    }
}
