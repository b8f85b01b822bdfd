package dev.sinter.collector.hop;

import org.jspecify.annotations.Nullable;

/** Node id {@code <application>/<workload>}, service name {@code <workload>.<application>}. */
final class SinterNaming {

    private SinterNaming() {}

    static @Nullable Proxy proxy(SpanOrigin origin) {
        String workload = workload(origin);
        if (workload.isEmpty()) {
            return null;
        }
        String pod = origin.nodeId().isEmpty() ? origin.serviceName() : origin.nodeId();
        return new Proxy(pod, workload, role(workload));
    }

    private static String workload(SpanOrigin origin) {
        int slash = origin.nodeId().indexOf('/');
        if (slash >= 0) {
            return origin.nodeId().substring(slash + 1);
        }
        int dot = origin.serviceName().lastIndexOf('.');
        return dot < 0 ? origin.serviceName() : origin.serviceName().substring(0, dot);
    }

    private static Role role(String workload) {
        if (workload.equals("gateway")) {
            return Role.GATEWAY;
        }
        return workload.startsWith("fused-") ? Role.FUSED : Role.FUNCTION;
    }
}
