package dev.sinter.collector.observation;

import dev.sinter.collector.count.Counts;
import dev.sinter.collector.count.DropCause;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Time buckets by event time, bounded in age and in statistics kept; the oldest goes first. Not thread-safe. */
final class Slices {

    private final long bucketNanos;
    private final long keptBuckets;
    private final int maxCells;
    private final Counts counts;
    private final NavigableMap<Long, Slice> byIndex = new TreeMap<>();
    private int cells;

    Slices(long bucketNanos, long retentionNanos, int maxCells, Counts counts) {
        this.bucketNanos = bucketNanos;
        this.keptBuckets = Math.ceilDiv(retentionNanos, bucketNanos);
        this.maxCells = maxCells;
        this.counts = counts;
    }

    long index(long nanos) {
        return Math.floorDiv(nanos, bucketNanos);
    }

    long startNanos(long index) {
        return index * bucketNanos;
    }

    long bucketNanos() {
        return bucketNanos;
    }

    /** The bucket of {@code nanos}, or null where that is older than all that is kept. */
    @Nullable
    Slice at(long nanos) {
        long index = index(nanos);
        Slice slice = byIndex.get(index);
        if (slice != null) {
            return slice;
        }
        if (!byIndex.isEmpty() && index <= byIndex.lastKey() - keptBuckets) {
            return null;
        }
        Slice created = new Slice();
        byIndex.put(index, created);
        while (byIndex.firstKey() <= byIndex.lastKey() - keptBuckets) {
            removeOldest();
        }
        return created;
    }

    /** The statistics of {@code key} in {@code slice}, made if there is room; null, counted and marked if there is not. */
    <K, V> @Nullable V cell(Slice slice, Map<K, V> map, K key, Supplier<V> maker) {
        V found = map.get(key);
        if (found != null) {
            return found;
        }
        while (cells >= maxCells && byIndex.firstEntry().getValue() != slice) {
            removeOldest();
        }
        if (cells >= maxCells) {
            slice.lossy = true;
            counts.dropped(DropCause.CELL_LIMIT, 1);
            return null;
        }
        V made = maker.get();
        map.put(key, made);
        cells++;
        return made;
    }

    /** Marks what is kept of {@code [from, to]}. */
    void markLossy(long fromNanos, long toNanos) {
        for (long index = index(fromNanos); index <= index(toNanos); index++) {
            Slice slice = at(startNanos(index));
            if (slice != null) {
                slice.lossy = true;
            }
        }
    }

    /** Index of the oldest bucket, or null before the first span. */
    @Nullable
    Long oldest() {
        return byIndex.isEmpty() ? null : byIndex.firstKey();
    }

    /** Buckets with indexes in {@code [from, to)}, oldest first, as one. */
    Slice sum(long from, long to) {
        Slice sum = new Slice();
        byIndex.subMap(from, to).values().forEach(sum::add);
        return sum;
    }

    /** Buckets with indexes in {@code [from, to]}, oldest first. */
    List<Map.Entry<Long, Slice>> between(long from, long to) {
        return new ArrayList<>(byIndex.subMap(from, true, to, true).entrySet());
    }

    private void removeOldest() {
        cells -= byIndex.pollFirstEntry().getValue().cells();
    }
}
