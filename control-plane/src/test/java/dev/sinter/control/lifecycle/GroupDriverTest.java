package dev.sinter.control.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GroupDriverTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final MemoryGroupStore store = new MemoryGroupStore();
    private final SimulatedWorld world = new SimulatedWorld(store);

    @Test
    void approvedGroup_goesThroughEveryShareAndStopsTheOriginals() {
        propose();
        driver().approve("g", "test");
        driver().drive("g");

        assertThat(group().state()).isEqualTo(GroupState.FUSED);
        assertThat(group().image()).isEqualTo("fused@sha256:1");
        assertThat(world.originalsRun).isFalse();
        assertThat(store.history("g", 100))
                .extracting(GroupStatus::fusedPercent)
                .containsSubsequence(0, 5, 25, 50, 100);
    }

    @Test
    void proposal_waitsForApproval() {
        propose();
        driver().drive("g");

        assertThat(group().state()).isEqualTo(GroupState.PROPOSED);
        assertThat(world.operations).isZero();
    }

    @Test
    void unfuse_bringsTheOriginalsBackBeforeAnythingIsRemoved() {
        fuse();
        GroupDriver driver = driver();
        driver.requestUnfuse("g", "test");
        driver.drive("g");

        assertThat(group().state()).isEqualTo(GroupState.UNFUSED);
        assertThat(world.originalsRun).isTrue();
        assertThat(world.fusedRuns).isFalse();
        assertThat(world.routedPercent).isZero();
    }

    @Test
    void unfusedGroup_canBeApprovedAgain() {
        fuse();
        GroupDriver driver = driver();
        driver.requestUnfuse("g", "test");
        driver.drive("g");
        driver().approve("g", "test");
        driver().drive("g");

        assertThat(group().state()).isEqualTo(GroupState.FUSED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"startFused", "replay", "judge", "stopOriginals"})
    void failedStep_endsWithTheOriginalsServing(String operation) {
        world.failAt(operation);
        propose();
        driver().approve("g", "test");
        driver().drive("g");

        assertThat(group().state()).isEqualTo(GroupState.FAILED);
        assertThat(group().reason()).isNotEmpty();
        assertThat(world.originalsRun).isTrue();
        assertThat(world.fusedRuns).isFalse();
        assertThat(world.routedPercent).isZero();
    }

    @Test
    void failedBuild_touchesNothing() {
        world.failAt("buildImage");
        propose();
        driver().approve("g", "test");
        driver().drive("g");

        assertThat(group().state()).isEqualTo(GroupState.FAILED);
        assertThat(group().reasonCode()).isEqualTo("SNT0899");
        assertThat(world.operations).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void powerLossAtAnyOperationOfFuseProbeAndUnfuse_isResumed(boolean afterItsEffect) {
        int operations = operationsOfAFullRound();
        for (int operation = 1; operation <= operations; operation++) {
            MemoryGroupStore disk = new MemoryGroupStore();
            SimulatedWorld survivor = new SimulatedWorld(disk);
            disk.put(GroupStatus.proposed(
                    "g", List.of("a", "b"), List.of("a", "b"), List.of("a"), List.of(new LocalPair("a", "b")), NOW));
            new GroupDriver(disk, survivor, clock()).approve("g", "test");
            survivor.losePowerAt(operation, afterItsEffect);
            driveThroughPowerLoss(disk, survivor);
            assertThat(disk.groups().getFirst().state())
                    .as("operation " + operation)
                    .isEqualTo(GroupState.FUSED);
            GroupDriver driver = new GroupDriver(disk, survivor, clock());
            try {
                driver.probe("g", "test");
                driver.drive("g");
            } catch (SimulatedWorld.PowerLoss e) {
                driveThroughPowerLoss(disk, survivor);
            }
            driver.requestUnfuse("g", "test");
            try {
                driver.drive("g");
            } catch (SimulatedWorld.PowerLoss e) {
                driveThroughPowerLoss(disk, survivor);
            }
            assertThat(disk.groups().getFirst().state())
                    .as("operation " + operation)
                    .isEqualTo(GroupState.UNFUSED);
            assertThat(survivor.originalsRun).isTrue();
            assertThat(survivor.fusedRuns).isFalse();
        }
    }

    @Test
    void pausedGroup_staysWhereItIs() {
        propose();
        GroupDriver driver = driver();
        driver.approve("g", "test");
        driver.pause("g", true);
        driver.drive("g");

        assertThat(group().state()).isEqualTo(GroupState.APPROVED);
        assertThatThrownBy(() -> Lifecycle.after(group(), Trigger.DONE, "", "", NOW))
                .isInstanceOfSatisfying(
                        LifecycleException.class, e -> assertThat(e.code()).isEqualTo("SNT0802"));
        driver.pause("g", false);
        driver.drive("g");
        assertThat(group().state()).isEqualTo(GroupState.FUSED);
    }

    @Test
    void unfuseOfWhatDoesNotRun_isRefused() {
        propose();

        assertThatThrownBy(() -> driver().requestUnfuse("g", "test"))
                .isInstanceOfSatisfying(
                        LifecycleException.class, e -> assertThat(e.code()).isEqualTo("SNT0801"));
    }

    @Test
    void unknownGroup_namesTheKnownOnes() {
        propose();

        assertThatThrownBy(() -> driver().approve("x", "test"))
                .hasMessageContaining("group: x")
                .hasMessageContaining("[g]");
    }

    @Test
    void brokenFusedWorkload_isRejectedAndTakenBack() {
        fuse();
        GroupDriver driver = driver();
        driver.reject("g", "SNT0820", "the fused workload exited");
        driver.drive("g");

        assertThat(group().state()).isEqualTo(GroupState.FAILED);
        assertThat(world.originalsRun).isTrue();
    }

    @Test
    void probedGroup_isFusedAgainWhenItIsNotWorse() {
        fuse();
        GroupDriver driver = driver();
        driver.probe("g", "test");
        driver.drive("g");

        assertThat(group().state()).isEqualTo(GroupState.FUSED);
        assertThat(world.originalsRun).isFalse();
        assertThat(world.routedPercent).isEqualTo(100);
        assertThat(store.history("g", 100))
                .extracting(GroupStatus::fusedPercent)
                .containsSubsequence(100, 95, 100);
    }

    @Test
    void probeThatFindsItWorse_endsWithTheOriginalsServing() {
        fuse();
        world.failAt("probe");
        GroupDriver driver = driver();
        driver.probe("g", "test");
        driver.drive("g");

        assertThat(group().state()).isEqualTo(GroupState.FAILED);
        assertThat(world.originalsRun).isTrue();
        assertThat(world.fusedRuns).isFalse();
    }

    @Test
    void groupThatIsNotFused_isNotProbed() {
        propose();
        driver().probe("g", "test");

        assertThat(group().state()).isEqualTo(GroupState.PROPOSED);
    }

    @Test
    void newImageOfAMember_sendsTheGroupBackBeforeItIsShadowed() {
        fuse();
        GroupDriver driver = driver();

        assertThat(driver.unfuseIfOutdated("g", Map.of("a", "sha256:a", "b", "sha256:new")))
                .as("b was not merged under a digest, so nothing of it can be outdated")
                .isFalse();
        assertThat(driver.unfuseIfOutdated("g", Map.of("a", "sha256:new"))).isTrue();
        driver.drive("g");

        assertThat(group().state()).isEqualTo(GroupState.UNFUSED);
        assertThat(world.originalsRun).isTrue();
        assertThat(store.history("g", 100))
                .filteredOn(step -> step.state() == GroupState.UNFUSING)
                .last()
                .satisfies(step -> assertThat(step.reason()).contains("a is sha256:new, merged was sha256:a"));
    }

    @Test
    void pausedGroup_keepsItsOldImages() {
        fuse();
        GroupDriver driver = driver();
        driver.pause("g", true);

        assertThat(driver.unfuseIfOutdated("g", Map.of("a", "sha256:new"))).isFalse();
        assertThat(group().state()).isEqualTo(GroupState.FUSED);
    }

    private int operationsOfAFullRound() {
        fuse();
        GroupDriver driver = driver();
        driver.probe("g", "test");
        driver.drive("g");
        driver.requestUnfuse("g", "test");
        driver.drive("g");
        return world.operations;
    }

    private static void driveThroughPowerLoss(GroupStore disk, SimulatedWorld world) {
        try {
            new GroupDriver(disk, world, clock()).drive("g");
        } catch (SimulatedWorld.PowerLoss e) {
            world.keepPower();
            new GroupDriver(disk, world, clock()).drive("g");
        }
    }

    private void fuse() {
        propose();
        driver().approve("g", "test");
        driver().drive("g");
    }

    private void propose() {
        store.put(GroupStatus.proposed(
                "g", List.of("a", "b"), List.of("a", "b"), List.of("a"), List.of(new LocalPair("a", "b")), NOW));
    }

    private GroupStatus group() {
        return store.groups().getFirst();
    }

    private GroupDriver driver() {
        return new GroupDriver(store, world, clock());
    }

    private static Clock clock() {
        return Clock.fixed(NOW, ZoneOffset.UTC);
    }
}
