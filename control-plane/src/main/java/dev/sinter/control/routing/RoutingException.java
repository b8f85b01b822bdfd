package dev.sinter.control.routing;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/** A desired state of the mesh did not come into force. */
public final class RoutingException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final TreeSet<String> absentNodes;

    RoutingException(String code, String message) {
        this(code, message, Set.of());
    }

    /** @param absentNodes ids of the proxies that were not connected */
    public RoutingException(String code, String message, Set<String> absentNodes) {
        super(message);
        this.code = code;
        this.absentNodes = new TreeSet<>(absentNodes);
    }

    /** Ids of the proxies that were not connected: empty unless that is the reason. */
    public Set<String> absentNodes() {
        return Collections.unmodifiableSet(absentNodes);
    }

    /** {@code SNT0710} a proxy refused, {@code SNT0711} not connected in time, {@code SNT0712} no answer in time, {@code SNT0713}
     * a sidecar does not tell how busy it is. */
    public String code() {
        return code;
    }
}
