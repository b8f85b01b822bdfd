package dev.sinter.collector.otlp;

import dev.sinter.collector.hop.Hop;
import java.util.List;

/** Where hops go. Called from many threads; never blocks, never throws. */
@FunctionalInterface
public interface HopSink {

    /** Takes the hops of one message, or none of them if there is no room now. */
    boolean offer(List<Hop> hops);
}
