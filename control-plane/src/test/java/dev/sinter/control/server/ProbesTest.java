package dev.sinter.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinter.collector.observation.ArmBucket;
import dev.sinter.control.lifecycle.GroupDriver;
import dev.sinter.control.lifecycle.GroupOperations;
import dev.sinter.control.lifecycle.GroupState;
import dev.sinter.control.lifecycle.GroupStatus;
import dev.sinter.control.lifecycle.LocalPair;
import dev.sinter.control.store.H2GroupStore;
import dev.sinter.planner.hysteresis.ProbeSchedule;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProbesTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration WINDOW = Duration.ofMinutes(2);
    private static final ProbeSchedule SCHEDULE =
            new ProbeSchedule(Duration.ofHours(1), Duration.ofHours(24), Duration.ofMinutes(5), 2, 1.3);

    @TempDir
    Path directory;

    private final MovableClock clock = new MovableClock(START);
    private H2GroupStore store;
    private GroupDriver driver;
    private long requests = 1000;
    private double latencyMs = 100;

    @BeforeEach
    void fuse() {
        store = H2GroupStore.open(directory);
        store.put(GroupStatus.proposed(
                "g", List.of("a", "b"), List.of("a", "b"), List.of("a"), List.of(new LocalPair("a", "b")), START));
        driver = new GroupDriver(store, new NothingToDo(), clock);
        driver.approve("g", "test");
        driver.drive("g");
        assertThat(group().state()).isEqualTo(GroupState.FUSED);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void firstProbe_isDueAfterAnHour_andEveryConfirmationDoublesTheWait() {
        Probes probes = probes();
        clock.advance(Duration.ofMinutes(59));
        assertThat(probes.due(group())).isNull();
        clock.advance(Duration.ofMinutes(1));
        assertThat(probes.due(group())).contains("Not measured beside its originals");

        driver.probe("g", "test");
        driver.drive("g");
        assertThat(group().state()).isEqualTo(GroupState.FUSED);
        clock.advance(Duration.ofMinutes(119));
        assertThat(probes.due(group())).isNull();
        clock.advance(Duration.ofMinutes(1));
        assertThat(probes.due(group())).isNotNull();
    }

    @Test
    void slowerThanMeasured_isADoubt_butNotBeforeTheOriginalsHaveRested() {
        Probes probes = probes();
        clock.advance(WINDOW);
        assertThat(probes.due(group())).as("takes the first measure").isNull();
        latencyMs = 140;
        clock.advance(Duration.ofMinutes(47));
        assertThat(probes.due(group())).isNull();
        clock.advance(Duration.ofMinutes(1));
        assertThat(probes.due(group())).isEqualTo("8.3 requests/s at 140.0 ms, measured were 8.3 at 100.0 ms");
    }

    @Test
    void fewRequests_areNoDoubt() {
        Probes probes = probes();
        clock.advance(WINDOW);
        assertThat(probes.due(group())).isNull();
        requests = 49;
        latencyMs = 1000;
        clock.advance(Duration.ofMinutes(50));
        assertThat(probes.due(group())).isNull();
    }

    private Probes probes() {
        return new Probes(store, new CallerView(this::arms), SCHEDULE, WINDOW, clock);
    }

    private List<ArmBucket> arms(String callee, Instant from, Instant to) {
        return List.of(bucket(from, "fused-g", requests), bucket(from, ArmBucket.ORIGINAL, 1_000_000));
    }

    private ArmBucket bucket(Instant start, String arm, long count) {
        double log = Math.log(latencyMs);
        return new ArmBucket(
                ArmBucket.ANY_CALLER,
                "a",
                arm,
                start,
                WINDOW,
                count,
                0,
                count * latencyMs,
                count * log,
                count * log * log,
                latencyMs,
                latencyMs,
                latencyMs,
                start,
                start,
                true);
    }

    private GroupStatus group() {
        return store.groups().getFirst();
    }

    private static final class NothingToDo implements GroupOperations {

        @Override
        public BuiltImage buildImage(GroupStatus group) {
            return new BuiltImage("fused:1", "IN_PROCESS", Map.of());
        }

        @Override
        public void startFused(GroupStatus group) {}

        @Override
        public void replay(GroupStatus group) {}

        @Override
        public void route() {}

        @Override
        public void judge(GroupStatus group, BooleanSupplier cancelled) {}

        @Override
        public void probe(GroupStatus group, BooleanSupplier cancelled) {}

        @Override
        public void drain(GroupStatus group) {}

        @Override
        public void stopOriginals(GroupStatus group) {}

        @Override
        public void startOriginals(GroupStatus group) {}

        @Override
        public void removeFused(GroupStatus group) {}
    }
}
