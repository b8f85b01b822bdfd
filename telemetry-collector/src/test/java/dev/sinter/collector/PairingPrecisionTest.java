package dev.sinter.collector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinter.collector.count.Counts;
import dev.sinter.collector.hop.Hop;
import dev.sinter.collector.pairing.PairSink;
import dev.sinter.collector.pairing.Pairing;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How often the request found for a call is the one that made it. */
class PairingPrecisionTest {

    private static final Duration LATENESS = Duration.ofSeconds(1);

    @Property(tries = 12)
    void oneRequestAtATime_isExact_whateverTheQueue(
            @ForAll long seed, @ForAll @DoubleRange(min = 0.2, max = 0.9) double utilisation) {
        SimulatedMesh mesh = new SimulatedMesh(seed);
        double[] free = {0};
        mesh.function("x", (request, start) -> {
                    double begun = Math.max(start, free[0]);
                    double first = request.call("p", begun + request.between(1, 4));
                    double second = request.call("q", first + request.between(1, 4));
                    free[0] = second + request.between(1, 4);
                    return free[0];
                })
                .function("p", (request, start) -> start + request.between(3, 9))
                .function("q", (request, start) -> start + request.between(3, 9));
        Tally tally = pair(mesh.poissonLoad("x", utilisation * 1000 / 21.1, 120));
        // What came before the pod had proven itself was left to containment, which is never wrong here.
        assertThat(tally.right).isGreaterThan(tally.calls * 8 / 10);
        assertThat(tally.wrong).isZero();
    }

    @Property(tries = 12)
    void severalRequestsAtATime_isNearlyNeverWrong(
            @ForAll long seed, @ForAll @DoubleRange(min = 5, max = 60) double perSecond) {
        SimulatedMesh mesh = new SimulatedMesh(seed);
        mesh.function("x", (request, start) -> {
                    double first = request.call("p", start + request.between(1, 4));
                    return request.call("q", first + request.between(1, 4)) + request.between(1, 30);
                })
                .function("p", (request, start) -> start + request.between(3, 30))
                .function("q", (request, start) -> start + request.between(3, 30));
        Tally tally = pair(mesh.poissonLoad("x", perSecond, 120));
        assertThat(tally.right).isGreaterThan(tally.calls / 20);
        assertThat(tally.wrong).isLessThanOrEqualTo(tally.right / 1000);
    }

    @Test
    void traceContext_decides_whereTimesCannot() {
        SimulatedMesh mesh = new SimulatedMesh(1).propagating();
        mesh.function("x", (request, start) -> request.call("p", start + 20) + 500)
                .function("p", (request, start) -> start + 5);
        Tally tally = pair(mesh.poissonLoad("x", 50, 20));
        assertThat(tally.right).isEqualTo(tally.calls);
    }

    private static Tally pair(SimulatedMesh mesh) {
        Tally tally = new Tally(mesh);
        Pairing pairing = new Pairing(100, 100_000, LATENESS, tally, new Counts());
        List<Hop> hops = mesh.hops().stream()
                .sorted(Comparator.comparingLong(Hop::endNanos))
                .toList();
        long advanced = 0;
        for (Hop hop : hops) {
            pairing.accept(hop, hop.endNanos());
            if (hop.endNanos() > advanced + 250_000_000) {
                advanced = hop.endNanos();
                pairing.advance(advanced);
            }
        }
        pairing.advance(advanced + LATENESS.toNanos() * 2);
        return tally;
    }

    private static final class Tally implements PairSink {

        private final SimulatedMesh mesh;
        private final long calls;
        private long right;
        private long wrong;

        Tally(SimulatedMesh mesh) {
            this.mesh = mesh;
            this.calls =
                    mesh.truth().values().stream().filter(sender -> sender != 0).count();
        }

        @Override
        public void tried(String caller, @Nullable Hop request, Hop call, boolean outlived) {
            if (request != null && request.spanId() == mesh.truth().getOrDefault(call.spanId(), 0L)) {
                right++;
            } else {
                wrong++;
            }
        }

        @Override
        public void placed(String caller, Hop call, boolean waitedFor, long continuedAfterNanos) {}

        @Override
        public void counted(String caller, Hop call, boolean covered, double expected) {}

        @Override
        public void attributed(String caller, Hop call) {}

        @Override
        public void unattributed(Hop call) {}
    }
}
