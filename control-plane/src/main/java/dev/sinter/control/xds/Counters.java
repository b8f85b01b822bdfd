package dev.sinter.control.xds;

import java.util.concurrent.atomic.LongAdder;

/** Thread-safe. */
final class Counters {
    final LongAdder streamsOpened = new LongAdder();
    final LongAdder streamsRefused = new LongAdder();
    final LongAdder requestsRefused = new LongAdder();
    final LongAdder unknownTypes = new LongAdder();
    final LongAdder responses = new LongAdder();
    final LongAdder acks = new LongAdder();
    final LongAdder nacks = new LongAdder();

    AdsCounters read() {
        return new AdsCounters(
                streamsOpened.sum(),
                streamsRefused.sum(),
                requestsRefused.sum(),
                unknownTypes.sum(),
                responses.sum(),
                acks.sum(),
                nacks.sum());
    }
}
