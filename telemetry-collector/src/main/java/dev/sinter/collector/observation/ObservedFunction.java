package dev.sinter.collector.observation;

import java.time.Instant;

/**
 * One function over a window, from the server spans of all its copies (fused ones too). Nothing of it depends on pairing.
 *
 * @param name of the function
 * @param entry whether a gateway called it
 * @param ratePerSecond requests it received
 * @param errorsPerSecond those of them that failed
 * @param latency server-side duration
 * @param busyMs mean time of its own per request: duration without what it waited for calls, at least 0
 * @param lastSeen end of its last request
 */
public record ObservedFunction(
        String name,
        boolean entry,
        double ratePerSecond,
        double errorsPerSecond,
        Quantiles latency,
        double busyMs,
        Instant lastSeen) {}
