package dev.sinter.control.demo;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keeps the books of a load: what was sent, what came of it, in which phase. Thread-safe. */
final class LoadBook {

    private static final int MAX_EXAMPLES = 10;
    private static final int RECENT = 2048;
    private static final long RECENT_NANOS = 5_000_000_000L;

    private final Object lock = new Object();
    private final LoadPlan plan;
    private final int samplesPerPhase;
    private final ExpectedAnswers expected;
    private final Map<Phase, PhaseSamples> phases = new EnumMap<>(Phase.class);
    private final List<String> examples = new ArrayList<>();
    private final long[] recentEndNanos = new long[RECENT];
    private final long[] recentLatencyNanos = new long[RECENT];
    private final long startNanos;
    private @Nullable Instant firstRequestAt;
    private Phase phase = Phase.STARTING;
    private long enteredNanos;
    private long sent;
    private long answered;
    private long failed;
    private long differing;

    LoadBook(LoadPlan plan, int samplesPerPhase, long nowNanos) {
        this.plan = plan;
        this.samplesPerPhase = samplesPerPhase;
        expected = new ExpectedAnswers(plan.requests());
        startNanos = nowNanos;
        enteredNanos = nowNanos;
    }

    void enter(Phase next, long nowNanos) {
        synchronized (lock) {
            of(phase).lasted(nowNanos - enteredNanos);
            phase = next;
            enteredNanos = nowNanos;
        }
    }

    /** Books a request as sent; the answer is the phase that what comes of it belongs to. */
    Phase sent(Instant now) {
        synchronized (lock) {
            if (firstRequestAt == null) {
                firstRequestAt = now;
            }
            sent++;
            of(phase).sent();
            return phase;
        }
    }

    void answered(Phase sentIn, int index, String bodyHash, long latencyNanos, long nowNanos) {
        synchronized (lock) {
            boolean learning = sentIn == Phase.STARTING || sentIn == Phase.BEFORE;
            boolean agrees = expected.agrees(index, bodyHash, learning);
            of(sentIn).answered(latencyNanos, agrees);
            int slot = (int) (answered++ % RECENT);
            recentEndNanos[slot] = nowNanos;
            recentLatencyNanos[slot] = latencyNanos;
            if (!agrees) {
                differing++;
                example(sentIn, index, "another body than before");
            }
        }
    }

    void failed(Phase sentIn, int index, String cause) {
        synchronized (lock) {
            failed++;
            of(sentIn).failed(cause);
            example(sentIn, index, cause);
        }
    }

    boolean answersKnown() {
        synchronized (lock) {
            return expected.complete();
        }
    }

    LoadSnapshot snapshot(long nowNanos) {
        synchronized (lock) {
            long windowNanos = Math.min(RECENT_NANOS, Math.max(nowNanos - startNanos, 1));
            int kept = (int) Math.min(answered, RECENT);
            long[] latencies = new long[kept];
            int count = 0;
            for (int slot = 0; slot < kept; slot++) {
                if (nowNanos - recentEndNanos[slot] <= windowNanos) {
                    latencies[count++] = recentLatencyNanos[slot];
                }
            }
            double p50Ms = LatencyMs.ofNanos(Arrays.copyOf(latencies, count)).p50();
            return new LoadSnapshot(
                    phase,
                    sent,
                    failed,
                    differing,
                    (int) (sent - answered - failed),
                    count / (windowNanos / 1e9),
                    p50Ms);
        }
    }

    /** What came of the load; {@code now} stands in for the first request where none was sent. */
    LoadResult close(long nowNanos, Instant now) {
        synchronized (lock) {
            of(phase).lasted(nowNanos - enteredNanos);
            enteredNanos = nowNanos;
            Map<Phase, PhaseLoad> loads = new EnumMap<>(Phase.class);
            phases.forEach((entered, samples) -> loads.put(entered, samples.load()));
            return new LoadResult(firstRequestAt == null ? now : firstRequestAt, loads, expected.varying(), examples);
        }
    }

    private PhaseSamples of(Phase wanted) {
        return phases.computeIfAbsent(wanted, key -> new PhaseSamples(key, samplesPerPhase));
    }

    private void example(Phase sentIn, int index, String what) {
        if (examples.size() < MAX_EXAMPLES) {
            LoadRequest request = plan.requests().get(index);
            examples.add(sentIn + ": " + request.method() + " " + request.path() + ": " + what);
        }
    }
}
