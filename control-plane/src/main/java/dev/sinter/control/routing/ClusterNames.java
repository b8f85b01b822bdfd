package dev.sinter.control.routing;

/** Clusters as Istio spells them, so that a span's {@code upstream_cluster} tells callee and arm. */
public final class ClusterNames {
    private ClusterNames() {}

    /** The function's own workload. */
    public static String original(String function, int port) {
        return "outbound|" + port + "||" + function;
    }

    /** The function inside a fused workload. */
    public static String fused(String function, int port, String group) {
        return "outbound|" + port + "|fused-" + group + "|" + function;
    }

    /** From a sidecar to what it stands in front of. */
    public static String inbound(int port) {
        return "inbound|" + port + "||";
    }

    static String recorder(String function) {
        return "recorder|" + function;
    }
}
