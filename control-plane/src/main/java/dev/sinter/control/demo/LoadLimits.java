package dev.sinter.control.demo;

import java.time.Duration;

/**
 * What bounds a load.
 *
 * @param inFlight requests under way at a time; a request due beyond it is not sent and counts as failed
 * @param timeout of one request, body included
 * @param bodyBytes of one answer
 * @param samplesPerPhase latencies kept for the quantiles; later ones only count
 */
public record LoadLimits(int inFlight, Duration timeout, long bodyBytes, int samplesPerPhase) {

    public static final LoadLimits DEFAULT = new LoadLimits(1024, Duration.ofSeconds(15), 8L << 20, 1 << 20);
}
