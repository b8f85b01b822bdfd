package dev.sinter.control.server;

import dev.sinter.planner.sizing.Measurement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Cuts the time that a fused workload serves everything into stretches, and keeps what was measured in the newest ones. */
final class SizeWatch {

    private static final int KEPT = 32;

    /** A stretch of time that is over. */
    record Stretch(Instant from, double busiestMillicores) {}

    private final Duration length;
    private final Deque<Measurement> seen = new ArrayDeque<>();
    private Instant from = Instant.MIN;
    private double busiestMillicores;

    SizeWatch(Duration length) {
        this.length = length;
    }

    /**
     * Takes note of what is used now.
     *
     * @param since when the workload began to serve everything
     * @return the stretch that ends now, or null within one
     */
    @Nullable
    Stretch look(Instant since, Instant now, double millicores) {
        if (from.isBefore(since)) {
            restart(since);
        }
        busiestMillicores = Math.max(busiestMillicores, millicores);
        if (Duration.between(from, now).compareTo(length) < 0) {
            return null;
        }
        Stretch over = new Stretch(from, busiestMillicores);
        restart(now);
        return over;
    }

    void add(Measurement measurement) {
        seen.addLast(measurement);
        if (seen.size() > KEPT) {
            seen.removeFirst();
        }
    }

    /** Oldest first, the last with the largest working set up to now. */
    List<Measurement> seen(double peakMiB) {
        List<Measurement> list = new ArrayList<>(seen);
        if (!list.isEmpty()) {
            Measurement last = list.removeLast();
            list.add(new Measurement(
                    last.size(),
                    peakMiB,
                    last.ranOutOfMemory(),
                    last.usedMillicores(),
                    last.cpuMsPerRequest(),
                    last.latencyMs()));
        }
        return List.copyOf(list);
    }

    private void restart(Instant at) {
        from = at;
        busiestMillicores = 0;
    }
}
