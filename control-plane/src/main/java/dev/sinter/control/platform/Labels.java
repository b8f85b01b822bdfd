package dev.sinter.control.platform;

/** Labels on everything Sinter makes in an engine, so that a later run finds it all without a file of its own. */
final class Labels {

    static final String APPLICATION = "sinter.dev/application";
    static final String WORKLOAD = "sinter.dev/workload";
    static final String ROLE = "sinter.dev/role";
    static final String GROUP = "sinter.dev/group";

    /** Digest of the specification a container was made from. */
    static final String SPEC = "sinter.dev/spec";

    static final String PORTS = "sinter.dev/ports";

    /** How to tell that the workload serves, as {@link Readiness} writes it. */
    static final String READY = "sinter.dev/ready";

    static final String IMAGE = "sinter.dev/image";
    static final String IMAGE_DIGEST = "sinter.dev/image-digest";

    static final String ROLE_FUNCTION = "function";
    static final String ROLE_FUSED = "fused";
    static final String ROLE_GATEWAY = "gateway";
    static final String ROLE_SIDECAR = "sidecar";

    /** A container that does nothing but keep the network's address on the host. */
    static final String ROLE_ANCHOR = "anchor";

    private Labels() {}
}
