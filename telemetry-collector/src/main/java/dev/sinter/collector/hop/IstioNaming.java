package dev.sinter.collector.hop;

import org.jspecify.annotations.Nullable;

/**
 * Node id {@code sidecar~<ip>~<pod>.<namespace>~<domain>} ({@code router} for gateways). The workload is the canonical
 * service, which Istio tags on every span unless that is switched off; then service name {@code <app>.<namespace>}.
 */
final class IstioNaming {

    private IstioNaming() {}

    static boolean isNodeId(String nodeId) {
        return nodeId.indexOf('~') >= 0;
    }

    static @Nullable Proxy proxy(SpanOrigin origin) {
        String[] parts = origin.nodeId().split("~", -1);
        String namespace =
                origin.namespace().isEmpty() && parts.length == 4 ? afterLastDot(parts[2]) : origin.namespace();
        String service =
                origin.canonicalService().isEmpty() ? beforeFirstDot(origin.serviceName()) : origin.canonicalService();
        if (namespace.isEmpty() || service.isEmpty()) {
            return null;
        }
        return new Proxy(origin.nodeId(), namespace + "/" + service, role(parts[0], service));
    }

    private static Role role(String nodeType, String service) {
        if (nodeType.equals("router")) {
            return Role.GATEWAY;
        }
        return service.startsWith("fused-") ? Role.FUSED : Role.FUNCTION;
    }

    private static String afterLastDot(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private static String beforeFirstDot(String name) {
        int dot = name.indexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }
}
