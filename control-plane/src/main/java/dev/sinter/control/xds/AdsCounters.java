package dev.sinter.control.xds;

/**
 * Since the server started.
 *
 * @param streamsRefused wrong token, wrong method or too many
 * @param requestsRefused malformed; each ended its stream
 * @param unknownTypes requests for types this server never has
 */
public record AdsCounters(
        long streamsOpened,
        long streamsRefused,
        long requestsRefused,
        long unknownTypes,
        long responses,
        long acks,
        long nacks) {}
