package dev.sinter.collector.pairing;

import dev.sinter.collector.hop.Hop;

/** An outbound hop on its way to being paired. Not thread-safe. */
final class Call {

    enum State {
        /** Its time has not come. */
        OPEN,
        /** Its request is known. */
        PAIRED,
        /** It ended after its request, or was made outside of any. */
        OUTLIVED,
        /** Several requests could have made it. */
        AMBIGUOUS
    }

    final Hop hop;
    final CallType type;
    State state = State.OPEN;

    Call(Hop hop, CallType type) {
        this.hop = hop;
        this.type = type;
    }

    boolean underWayAt(long nanos) {
        return hop.startNanos() < nanos && nanos < hop.endNanos();
    }
}
