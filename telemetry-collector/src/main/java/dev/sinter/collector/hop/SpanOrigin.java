package dev.sinter.collector.hop;

/**
 * What a span says of the proxy that made it; empty where it says nothing.
 *
 * @param nodeId attribute {@code node_id}
 * @param serviceName resource attribute {@code service.name}
 * @param canonicalService attribute {@code istio.canonical_service}
 * @param namespace attribute {@code istio.namespace}
 */
public record SpanOrigin(String nodeId, String serviceName, String canonicalService, String namespace) {}
