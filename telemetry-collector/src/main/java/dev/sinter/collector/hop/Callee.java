package dev.sinter.collector.hop;

import org.jspecify.annotations.Nullable;

/**
 * Where a call went.
 *
 * @param function the callee's name: {@code b}, or {@code ns/b} where the mesh has namespaces
 * @param arm {@link #ORIGINAL} or the fused workload's name
 */
public record Callee(String function, String arm) {

    /** Arm of a function's own workload. */
    public static final String ORIGINAL = "original";

    private static final String FUSED_PREFIX = "fused-";

    /**
     * Reads a cluster name as Istio spells it, {@code outbound|port|subset|host}; subset {@code fused-…} is the arm.
     * Null for all other clusters.
     */
    public static @Nullable Callee parse(String cluster) {
        String[] parts = withoutStatSuffix(cluster).split("\\|", -1);
        if (parts.length != 4 || !parts[0].equals("outbound") || parts[3].isEmpty()) {
            return null;
        }
        String arm = parts[2].startsWith(FUSED_PREFIX) ? parts[2] : ORIGINAL;
        return new Callee(functionOf(parts[3]), arm);
    }

    /** Istio ends {@code upstream_cluster.name} with a semicolon, the mark of its statistics names. */
    private static String withoutStatSuffix(String cluster) {
        return cluster.endsWith(";") ? cluster.substring(0, cluster.length() - 1) : cluster;
    }

    private static String functionOf(String host) {
        String[] labels = host.split("\\.", 4);
        return labels.length >= 3 && labels[2].equals("svc") ? labels[1] + "/" + labels[0] : host;
    }
}
