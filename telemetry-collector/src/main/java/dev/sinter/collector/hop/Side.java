package dev.sinter.collector.hop;

/** From which end a proxy saw a call. */
public enum Side {
    /** A request that the proxy's workload received. */
    INBOUND,
    /** A request that the proxy's workload sent. */
    OUTBOUND
}
