package dev.sinter.collector.otlp;

import dev.sinter.collector.hop.Hop;
import java.util.List;

/**
 * What one message held.
 *
 * @param hops in the message's order
 * @param rejected spans that were unusable by the sender's fault
 */
record Decoded(List<Hop> hops, int rejected) {}
