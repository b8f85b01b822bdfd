package dev.sinter.collector.observation;

import com.datadoghq.sketch.ddsketch.DDSketch;
import com.datadoghq.sketch.ddsketch.DDSketches;
import org.jspecify.annotations.Nullable;

/** A distribution of durations: DDSketch (Masson et al., VLDB 2019) with 1 % relative error. Not thread-safe. */
final class DurationSketch {

    private static final double RELATIVE_ACCURACY = 0.01;
    private static final double NANOS_PER_MS = 1e6;

    private final DDSketch sketch = DDSketches.unboundedDense(RELATIVE_ACCURACY);
    private double sumMs;
    private long count;

    void add(long nanos) {
        double ms = nanos / NANOS_PER_MS;
        sketch.accept(ms);
        sumMs += ms;
        count++;
    }

    void add(DurationSketch other) {
        sketch.mergeWith(other.sketch);
        sumMs += other.sumMs;
        count += other.count;
    }

    long count() {
        return count;
    }

    double sumMs() {
        return sumMs;
    }

    double meanMs() {
        return count == 0 ? 0 : sumMs / count;
    }

    double quantileMs(double quantile) {
        return count == 0 ? 0 : sketch.getValueAtQuantile(quantile);
    }

    @Nullable
    Quantiles quantiles() {
        return count == 0 ? null : new Quantiles(count, meanMs(), quantileMs(0.5), quantileMs(0.95), quantileMs(0.99));
    }
}
