package dev.sinter.collector.hop;

/** What a proxy stands in front of. */
public enum Role {
    /** One function's own workload. */
    FUNCTION,
    /** A workload that serves several functions. */
    FUSED,
    /** Where requests enter the application. */
    GATEWAY
}
