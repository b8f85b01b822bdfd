package dev.sinter.control.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sinter.collector.observation.ArmBucket;
import dev.sinter.control.compose.Service.Resources;
import dev.sinter.control.lifecycle.GroupState;
import dev.sinter.control.lifecycle.GroupStatus;
import dev.sinter.control.lifecycle.LocalPair;
import dev.sinter.control.platform.PlatformException;
import dev.sinter.control.platform.Usage;
import dev.sinter.control.platform.Workload;
import dev.sinter.control.store.H2GroupStore;
import dev.sinter.planner.sizing.Size;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SizingTest {

    private static final Size MACHINE = new Size(8192, 2000);
    private static final Duration WINDOW = FusionPolicy.STEADY.window();
    private static final int COOLING_WINDOWS = 5;
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    private final MovableClock clock = new MovableClock(Instant.parse("2026-01-01T00:00:00Z"));
    private UsageHistory usage = new UsageHistory();
    private final Map<String, Duration> cpu = new HashMap<>();
    private final Map<String, Double> latencyMs = new HashMap<>(Map.of(ArmBucket.ORIGINAL, 100.0, "fused-g", 60.0));
    private long requests = 1000;
    private double sharedMiB;
    private Resources limits = Resources.UNLIMITED;
    private final List<Resources> given = new ArrayList<>();
    private boolean applies;
    private boolean isRefusing;
    private H2GroupStore store;
    private AppliedSizes applied;

    @BeforeEach
    void open() {
        store = H2GroupStore.open(directory);
        applied = newApplied();
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void beforeItRuns_theSizeIsItsMembersTogether_withoutWhatTheyHoldTwice() {
        Sizing sizing = sizing(null);
        use("a", 60, 100);
        use("a", 40, 100);
        use("b", 40, 50);
        use("b", 40, 50);
        sharedMiB = 20;
        group(GroupState.PROPOSED);

        sizing.turn();

        SizeAdvice advice = advice(sizing);
        assertThat(advice.present()).isEqualTo(Resources.UNLIMITED);
        assertThat(advice.recommended()).as("the peak of a counts").isEqualTo(new Size(112, 2000));
        assertThat(advice.why()).contains("100.0 MiB", "20.0 twice", "150 millicores");
    }

    @Test
    void nothingIsRecommended_beforeAStretchOfServingEverythingIsOver() {
        Sizing sizing = sizing(null);
        group(GroupState.FUSED);
        use("fused-g", 40, 200);
        sizing.turn();
        clock.advance(WINDOW.minus(MINUTE).minusSeconds(1));
        sizing.turn();

        assertThat(advice(sizing).recommended()).isNull();
        assertThat(advice(sizing).why()).contains("50 requests in 120 s");

        clock.advance(Duration.ofSeconds(1));
        sizing.turn();
        assertThat(advice(sizing).recommended()).isNotNull();
    }

    @Test
    void fewRequests_areNoMeasurement() {
        Sizing sizing = sizing(null);
        requests = 49;
        fuse(sizing);

        assertThat(advice(sizing).recommended()).isNull();
    }

    @Test
    void muchFasterThanBefore_leavesRoomForOneStepLessProcessorTime() {
        Sizing sizing = sizing(null);
        fuse(sizing);

        SizeAdvice advice = advice(sizing);
        assertThat(advice.objectiveMs()).isCloseTo(105, within(1e-6));
        assertThat(recommended(advice).cpuMillicores()).isBetween(2000 / 1.26, 1999.0);
        assertThat(advice.why()).contains("takes 60.0 ms and may take 105.0 (as before fusion");
    }

    @Test
    void hardlyFasterThanBefore_keepsItsProcessorTime() {
        latencyMs.put("fused-g", 98.0);
        Sizing sizing = sizing(null);
        fuse(sizing);

        assertThat(recommended(advice(sizing)).cpuMillicores()).isEqualTo(2000);
    }

    @Test
    void whatIsAskedFor_countsMoreThanWhatWasBefore() {
        Sizing sizing = sizing(61.0);
        fuse(sizing);

        SizeAdvice advice = advice(sizing);
        assertThat(advice.objectiveMs()).isEqualTo(61.0);
        assertThat(recommended(advice).cpuMillicores()).as("no room").isEqualTo(2000);
        assertThat(advice.why()).contains("(as asked for)");
    }

    @Test
    void memoryNeverFallsBelowTheLargestWorkingSetEverSeen() {
        Sizing sizing = sizing(null);
        use("fused-g", 200, 200);
        use("fused-g", 40, 200);
        fuse(sizing);
        for (int stretch = 0; stretch < 40; stretch++) {
            use("fused-g", 40, 200);
            clock.advance(WINDOW);
            sizing.turn();
        }

        assertThat(recommended(advice(sizing)).memoryMiB()).isEqualTo(256);
    }

    @Test
    void aRestartedServer_stillKnowsWhatItTookBefore() {
        fuse(sizing(null));
        Sizing later = sizing(null);
        later.turn();
        assertThat(advice(later).objectiveMs()).isCloseTo(105, within(1e-6));
    }

    @Test
    void withoutAnyObjective_processorTimeStaysAndMemoryFollowsItsUse() {
        Sizing sizing = sizing(null);
        group(GroupState.FUSED);
        watch(sizing);

        SizeAdvice advice = advice(sizing);
        assertThat(advice.objectiveMs()).isNull();
        assertThat(advice.recommended()).isEqualTo(new Size(64, 2000));
        assertThat(advice.why()).endsWith("nothing says what it took before fusion");
    }

    @Test
    void theLimitsOfAllMembersTogether_areThePresentSize() {
        limits = new Resources(0.5, 64L << 20);
        Sizing sizing = sizing(null);
        fuse(sizing);

        assertThat(advice(sizing).present()).isEqualTo(new Resources(1.0, 128L << 20));
        assertThat(recommended(advice(sizing)).cpuMillicores()).isLessThan(1000);
        assertThat(Objects.requireNonNull(sizing.view("g")).present().cpuMillicores())
                .isEqualTo(1000);
    }

    @Test
    void whatIsUnfused_hasNoSize() {
        Sizing sizing = sizing(null);
        fuse(sizing);
        group(GroupState.UNFUSED);
        sizing.turn();

        assertThat(sizing.advice("g")).isNull();
    }

    @Test
    void whereItIsOnlyObserved_nothingChanges_andTheStartIsAsItsMembersLimitsSay() {
        Sizing sizing = sizing(null);
        fuse(sizing);
        cool(sizing);

        assertThat(given).isEmpty();
        assertThat(start(sizing)).isEqualTo(Resources.UNLIMITED);
    }

    @Test
    void whereItIsApplied_theFirstSizeIsGivenAtTheStart() {
        applies = true;
        Sizing sizing = sizing(null);
        use("a", 60, 100);
        use("b", 40, 50);

        assertThat(start(sizing)).isEqualTo(new Resources(2.0, 128L << 20));
    }

    @Test
    void whatMembersAreLimitedTo_isKept() {
        applies = true;
        limits = new Resources(0.5, null);
        Sizing sizing = sizing(null);
        assertThat(startSmall(sizing)).isEqualTo(new Resources(1.0, 80L << 20));

        fuse(sizing);
        cool(sizing);
        assertThat(given).containsExactly(new Resources(1.0, 64L << 20));
    }

    @Test
    void lessIsGivenStepByStep_onePerCoolingTime() {
        applies = true;
        Sizing sizing = sizing(null);
        startSmall(sizing);
        fuse(sizing);
        assertThat(given).isEmpty();

        cool(sizing);
        assertThat(given).containsExactly(new Resources(1.776, 64L << 20));
        sizing.turn();
        assertThat(given).hasSize(1);
        cool(sizing);
        assertThat(given).hasSize(2);
        assertThat(given.getLast().cpus()).isBetween(1.776 / 1.26, 1.775);
        assertThat(advice(sizing).present()).isEqualTo(given.getLast());
    }

    @Test
    void moreMemoryIsGivenAtOnce_alsoBeforeAnyMeasurement() {
        applies = true;
        Sizing sizing = sizing(null);
        startSmall(sizing);
        group(GroupState.FUSED);
        sizing.turn();
        use("fused-g", 70, 200);
        sizing.turn();

        assertThat(given).containsExactly(new Resources(2.0, 96L << 20));
    }

    @Test
    void whatTheEngineRefuses_isCounted_andLeftUntilTheNextCoolingTime() {
        applies = true;
        isRefusing = true;
        Sizing sizing = sizing(null);
        Resources start = startSmall(sizing);
        fuse(sizing);
        cool(sizing);
        sizing.turn();

        assertThat(applied.refusals()).isEqualTo(1);
        assertThat(advice(sizing).present()).isEqualTo(start);
        cool(sizing);
        assertThat(applied.refusals()).isEqualTo(2);
    }

    @Test
    void afterADeath_theNextStartHasMoreMemory() {
        applies = true;
        Sizing sizing = sizing(null);
        assertThat(startSmall(sizing).memoryBytes()).isEqualTo(80L << 20);
        group(GroupState.FAILED, "SNT0820");
        sizing.turn();
        sizing.turn();

        assertThat(start(sizing).memoryBytes()).isEqualTo(120L << 20);
    }

    @Test
    void aRestartedServer_goesOnFromTheSizeThatWasGiven() {
        applies = true;
        Resources start = startSmall(sizing(null));
        Sizing later = sizing(null);
        group(GroupState.FUSED);
        later.turn();

        assertThat(advice(later).present()).isEqualTo(start);
    }

    @Test
    void aRestartedServer_takesNothingAwayBeforeItHasWatchedForACoolingTime_norFromThePeakBefore() {
        applies = true;
        use("a", 60, 100);
        use("b", 40, 100);
        start(sizing(null));
        use("fused-g", 70, 200);
        fuse(sizing(null));
        assertThat(given).isEmpty();

        usage = new UsageHistory();
        Sizing later = sizing(null);
        watch(later);
        assertThat(given).isEmpty();
        cool(later);
        assertThat(given).extracting(Resources::memoryBytes).containsExactly(96L << 20);
    }

    @Test
    void aMemberWhoseMemoryIsNotKnown_leavesTheStartWithoutASize() {
        applies = true;
        Sizing sizing = sizing(null);
        use("a", 60, 100);
        assertThat(start(sizing)).isEqualTo(Resources.UNLIMITED);
        group(GroupState.PROPOSED);
        sizing.turn();
        assertThat(advice(sizing).recommended()).isNull();
    }

    @Test
    void aPausedGroup_isLeftAlone() {
        applies = true;
        Sizing sizing = sizing(null);
        startSmall(sizing);
        use("fused-g", 500, 200);
        group(GroupState.FUSED);
        store.put(store.groups().getFirst().withPaused(true));
        sizing.turn();
        assertThat(given).isEmpty();
    }

    @Test
    void whileTrafficIsShared_moreIsGivenAlready() {
        applies = true;
        Sizing sizing = sizing(null);
        startSmall(sizing);
        use("fused-g", 200, 200);
        group(GroupState.SHIFTING);
        sizing.turn();
        assertThat(given).extracting(Resources::memoryBytes).containsExactly(256L << 20);
        sizing.turn();
        assertThat(advice(sizing).present()).isEqualTo(given.getFirst());
    }

    /** 80 MiB. */
    private Resources startSmall(Sizing sizing) {
        use("a", 30, 100);
        use("b", 30, 50);
        return start(sizing);
    }

    private Resources start(Sizing sizing) {
        group(GroupState.DEPLOYING);
        return sizing.atStart(store.groups().getFirst(), List.of(function("a"), function("b")));
    }

    /** A cooling time with as much load as before. */
    private void cool(Sizing sizing) {
        for (int stretch = 0; stretch < COOLING_WINDOWS; stretch++) {
            clock.advance(WINDOW.minus(MINUTE));
            use("fused-g", 38, 200);
            sizing.turn();
        }
    }

    /** Shared with its originals for a window, then alone for another. */
    private void fuse(Sizing sizing) {
        group(GroupState.SHIFTING);
        sizing.turn();
        group(GroupState.FUSED);
        watch(sizing);
    }

    private void watch(Sizing sizing) {
        use("fused-g", 38, 200);
        use("fused-g", 38, 200);
        sizing.turn();
        clock.advance(WINDOW);
        sizing.turn();
    }

    private void use(String workload, long mebibytes, long millicores) {
        clock.advance(MINUTE);
        Duration used = cpu.merge(workload, MINUTE.multipliedBy(millicores).dividedBy(1000), Duration::plus);
        usage.add(
                clock.instant(),
                List.of(new Usage(
                        workload,
                        Workload.Role.FUNCTION,
                        mebibytes << 20,
                        0,
                        used,
                        Duration.ZERO,
                        Usage.Source.PROPORTIONAL_SET_SIZE)));
    }

    private void group(GroupState state) {
        group(state, "");
    }

    private void group(GroupState state, String reasonCode) {
        store.put(new GroupStatus(
                "g",
                List.of("a", "b"),
                List.of("a", "b"),
                List.of("a"),
                List.of(new LocalPair("a", "b")),
                state,
                false,
                state == GroupState.FUSED ? 100 : 0,
                null,
                null,
                Map.of(),
                clock.instant(),
                reasonCode,
                "",
                false));
    }

    private List<ArmBucket> arms(String callee, Instant from, Instant to) {
        String arm = store.groups().getFirst().state() == GroupState.FUSED ? "fused-g" : ArmBucket.ORIGINAL;
        double log = Math.log(latencyMs.getOrDefault(arm, 0.0));
        return List.of(new ArmBucket(
                ArmBucket.ANY_CALLER,
                callee,
                arm,
                from,
                Duration.between(from, to),
                requests,
                0,
                0,
                requests * log,
                requests * log * log,
                0,
                0,
                0,
                from,
                to,
                true));
    }

    private static SizeAdvice advice(Sizing sizing) {
        return Objects.requireNonNull(sizing.advice("g"));
    }

    private static Size recommended(SizeAdvice advice) {
        return Objects.requireNonNull(advice.recommended());
    }

    private void give(String group, Resources size) {
        assertThat(group).isEqualTo("g");
        if (isRefusing) {
            throw new PlatformException("SNT0601", "no");
        }
        given.add(size);
    }

    private AppliedSizes newApplied() {
        return new AppliedSizes(store, this::give, WINDOW.multipliedBy(COOLING_WINDOWS), clock);
    }

    private Sizing sizing(@Nullable Double objectiveMs) {
        applied = newApplied();
        return new Sizing(
                store,
                Map.of("a", function("a"), "b", function("b")),
                usage,
                new CallerView(this::arms),
                group -> sharedMiB,
                new SizingSettings(applies, objectiveMs, MACHINE),
                applied,
                FusionPolicy.STEADY,
                clock);
    }

    private Function function(String name) {
        return Function.of(Fixtures.service(name, Map.of(), limits), Fixtures.image(), "240.240.0.1", Mode.AUTO);
    }
}
