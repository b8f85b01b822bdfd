package dev.sinter.control.server;

import dev.sinter.control.platform.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The newest usage of every workload, the most memory it ever had and, over the last samples, how much processor time it
 * takes. Thread-safe.
 */
final class UsageHistory {

    private static final int SAMPLES = 30;

    private record Sample(Instant at, Usage usage) {}

    private final Map<String, Deque<Sample>> samples = new HashMap<>();
    private final Map<String, Long> peakBytes = new HashMap<>();

    synchronized void add(Instant at, List<Usage> usages) {
        for (Usage usage : usages) {
            Deque<Sample> own = samples.computeIfAbsent(usage.workload(), name -> new ArrayDeque<>());
            // Processor time that falls means a new process.
            if (!own.isEmpty() && own.getLast().usage().functionCpu().compareTo(usage.functionCpu()) > 0) {
                own.clear();
            }
            own.addLast(new Sample(at, usage));
            peakBytes.merge(usage.workload(), usage.functionBytes(), Math::max);
            if (own.size() > SAMPLES) {
                own.removeFirst();
            }
        }
    }

    /** The newest figures of a workload, also after it stopped; null before the first. */
    synchronized @Nullable Usage newest(String workload) {
        Deque<Sample> own = samples.get(workload);
        return own == null ? null : own.getLast().usage();
    }

    /** The most memory a workload's own container was ever seen with; 0 before the first sample. */
    synchronized long peakBytes(String workload) {
        return peakBytes.getOrDefault(workload, 0L);
    }

    /** Mean processor time per second of a workload's own container, in thousandths of a core. */
    synchronized double cpuMillicores(String workload) {
        Deque<Sample> own = samples.get(workload);
        if (own == null || own.size() < 2) {
            return 0;
        }
        Sample first = own.getFirst();
        Sample last = own.getLast();
        Duration elapsed = Duration.between(first.at(), last.at());
        Duration used = last.usage().functionCpu().minus(first.usage().functionCpu());
        return elapsed.isZero() ? 0 : 1000.0 * used.toNanos() / elapsed.toNanos();
    }
}
