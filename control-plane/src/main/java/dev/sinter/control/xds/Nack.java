package dev.sinter.control.xds;

import java.time.Instant;

/**
 * An Envoy refused what it was sent and goes on with what it had.
 *
 * @param version the refused version
 * @param detail Envoy's own words
 */
public record Nack(String nodeId, ResourceType type, String version, String detail, Instant at) {}
