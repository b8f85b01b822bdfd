package dev.sinter.control.xds;

import java.time.Instant;
import java.util.Map;

/**
 * What a connected Envoy has taken so far.
 *
 * @param ackedVersions the version in force per type; a type it has taken nothing of is missing
 * @param nacks the last refusal per type, gone as soon as a later version is taken
 */
public record NodeStatus(
        String nodeId, Instant connectedSince, Map<ResourceType, String> ackedVersions, Map<ResourceType, Nack> nacks) {
    public NodeStatus {
        ackedVersions = Map.copyOf(ackedVersions);
        nacks = Map.copyOf(nacks);
    }
}
