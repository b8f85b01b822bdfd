package dev.sinter.collector.count;

import static java.util.Objects.requireNonNull;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Running counts since the start. Thread-safe. */
public final class Counts {

    private final LongAdder messages = new LongAdder();
    private final LongAdder spans = new LongAdder();
    private final Map<DropCause, LongAdder> drops = new EnumMap<>(DropCause.class);

    public Counts() {
        for (DropCause cause : DropCause.values()) {
            drops.put(cause, new LongAdder());
        }
    }

    /** One message with {@code spanCount} usable spans was accepted. */
    public void accepted(int spanCount) {
        messages.increment();
        spans.add(spanCount);
    }

    /** {@code number} messages or spans were dropped. */
    public void dropped(DropCause cause, long number) {
        requireNonNull(drops.get(cause)).add(number);
    }

    /** The counts now; not one atomic moment while others count. */
    public CountsSnapshot snapshot() {
        Map<DropCause, Long> now = new EnumMap<>(DropCause.class);
        drops.forEach((cause, adder) -> now.put(cause, adder.sum()));
        return new CountsSnapshot(messages.sum(), spans.sum(), now);
    }
}
