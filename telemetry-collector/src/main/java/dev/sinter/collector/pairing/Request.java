package dev.sinter.collector.pairing;

import dev.sinter.collector.hop.Hop;
import java.util.ArrayList;
import java.util.List;

/** An inbound hop and the calls known to be its. Not thread-safe. */
final class Request {

    final Hop hop;
    final List<Call> calls = new ArrayList<>(2);
    boolean done;

    Request(Hop hop) {
        this.hop = hop;
    }

    boolean underWayAt(long nanos) {
        return hop.startNanos() < nanos && nanos < hop.endNanos();
    }
}
