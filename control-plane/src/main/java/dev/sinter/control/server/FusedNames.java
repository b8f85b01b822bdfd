package dev.sinter.control.server;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How functions' names resolve inside a fused workload. Programs that run unmodified there find the members they call at
 * addresses of the workload itself, which its image names; everybody else's names lead into the mesh.
 *
 * @param addresses of all functions
 * @param environment tells the fused runtime where names that lead inside would lead outside
 */
record FusedNames(Map<String, String> addresses, Map<String, String> environment) {

    private static final String LOOPBACK_LABEL = "sinter.loopback";
    private static final String REMOTE_HOSTS = "SINTER_REMOTE_HOSTS";

    FusedNames {
        addresses = Map.copyOf(addresses);
        environment = Map.copyOf(environment);
    }

    /**
     * @param labels the fused image's; {@code sinter.loopback} is {@code name=address,…}
     * @param virtualAddresses function → its address in the mesh
     */
    static FusedNames of(Map<String, String> labels, Map<String, String> virtualAddresses) {
        Map<String, String> inside = new TreeMap<>();
        for (String entry : labels.getOrDefault(LOOPBACK_LABEL, "").split(",", -1)) {
            int equals = entry.indexOf('=');
            if (equals > 0 && virtualAddresses.containsKey(entry.substring(0, equals))) {
                inside.put(entry.substring(0, equals), entry.substring(equals + 1));
            }
        }
        Map<String, String> all = new TreeMap<>(virtualAddresses);
        all.putAll(inside);
        String outside = inside.keySet().stream()
                .map(name -> name + "=" + virtualAddresses.get(name))
                .collect(Collectors.joining(","));
        return new FusedNames(all, outside.isEmpty() ? Map.of() : Map.of(REMOTE_HOSTS, outside));
    }
}
