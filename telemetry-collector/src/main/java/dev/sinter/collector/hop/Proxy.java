package dev.sinter.collector.hop;

/**
 * The proxy that saw a hop.
 *
 * @param pod its node id: one process group with one clock
 * @param workload name of what it stands in front of; for {@link Role#FUNCTION} the function's name
 * @param role what that is
 */
public record Proxy(String pod, String workload, Role role) {}
