package dev.sinter.collector.count;

import java.util.Map;

/**
 * Counts since the collector started.
 *
 * @param messages accepted export requests
 * @param spans usable spans in them
 * @param drops messages and spans dropped, every cause present
 */
public record CountsSnapshot(long messages, long spans, Map<DropCause, Long> drops) {

    public CountsSnapshot {
        drops = Map.copyOf(drops);
    }

    /** How many were dropped for {@code cause}. */
    public long dropped(DropCause cause) {
        return drops.getOrDefault(cause, 0L);
    }
}
