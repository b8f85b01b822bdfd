package dev.sinter.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinter.control.lifecycle.GroupStatus;
import dev.sinter.control.lifecycle.Lifecycle;
import dev.sinter.control.lifecycle.LocalPair;
import dev.sinter.control.lifecycle.Trigger;
import dev.sinter.control.offline.GraphJson;
import dev.sinter.control.store.H2GroupStore;
import dev.sinter.planner.graph.CallGraph;
import dev.sinter.planner.plan.Objective;
import dev.sinter.planner.plan.Plan;
import dev.sinter.planner.plan.PlannedGroup;
import dev.sinter.planner.solve.FusionSolver;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdmissionTest {

    private static final Instant START = Instant.parse("2026-11-21T12:00:00Z");

    @TempDir
    Path directory;

    private final MovableClock clock = new MovableClock(START);
    private final Map<String, String> digests = new HashMap<>(Map.of("a", "sha256:1", "b", "sha256:2"));
    private H2GroupStore store;

    @BeforeEach
    void open() {
        store = H2GroupStore.open(directory);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void aNewGroupWorthIt_isAdmitted() {
        assertThat(admitted(10)).containsExactly(List.of("a", "b"));
    }

    @Test
    void aGroupThatSavesNextToNothing_isNot() {
        assertThat(admitted(0.2)).isEmpty();
    }

    @Test
    void aGroupThatFailed_waits_alsoAfterARestart_andLongerTheSecondTime() {
        store.put(failed("SNT0816"));
        assertThat(admitted(10)).isEmpty();
        clock.advance(Duration.ofMinutes(59));
        assertThat(admitted(10)).isEmpty();
        store.close();
        store = H2GroupStore.open(directory);
        assertThat(admitted(10)).isEmpty();
        clock.advance(Duration.ofMinutes(2));
        assertThat(admitted(10)).containsExactly(List.of("a", "b"));
        store.put(failed("SNT0816"));
        clock.advance(Duration.ofMinutes(119));
        assertThat(admitted(10)).isEmpty();
        clock.advance(Duration.ofMinutes(2));
        assertThat(admitted(10)).containsExactly(List.of("a", "b"));
    }

    @Test
    void anotherImage_isTriedAtOnce() {
        store.put(failed("SNT0816"));
        assertThat(admitted(10)).isEmpty();
        digests.put("b", "sha256:3");
        assertThat(admitted(10)).containsExactly(List.of("a", "b"));
    }

    @Test
    void aGroupWhoseMembersGetProcessesOfTheirOwn_isTriedAtOnce() {
        store.put(failed("SNT0835"));
        assertThat(admitted(10)).containsExactly(List.of("a", "b"));
    }

    @Test
    void aGroupThatAPersonUnfused_isNotTriedAgain() {
        GroupStatus approved = Lifecycle.after(proposed(), Trigger.APPROVE, "SNT0811", "", START);
        store.put(Lifecycle.after(approved, Trigger.UNFUSE, "SNT0812", "", START));
        clock.advance(Duration.ofDays(400));
        assertThat(admitted(10)).isEmpty();
    }

    @Test
    void aProposalThatNobodyAnswered_isNotRepeated() {
        store.put(proposed());
        assertThat(admitted(10)).isEmpty();
    }

    private GroupStatus failed(String code) {
        GroupStatus group = Lifecycle.after(proposed(), Trigger.APPROVE, "SNT0811", "", clock.instant());
        group = Lifecycle.after(group, Trigger.DONE, "SNT0813", "", clock.instant())
                .withImage("fused:1", "IN_PROCESS", Map.copyOf(digests));
        return Lifecycle.after(group, Trigger.FAIL, code, "it failed", clock.instant());
    }

    private GroupStatus proposed() {
        return GroupStatus.proposed(
                "a-b",
                List.of("a", "b"),
                List.of("a", "b"),
                List.of("a"),
                List.of(new LocalPair("a", "b")),
                clock.instant());
    }

    private List<List<String>> admitted(double hopMs) {
        CallGraph graph = GraphJson.read("""
                {"apiVersion": "sinter.dev/graph/v1",
                 "functions": [{"name": "a", "entry": true, "ratePerSecond": 5, "busyMs": 10, "baseMiB": 1, "ownMiB": 1},
                               {"name": "b", "ratePerSecond": 5, "busyMs": 10, "baseMiB": 1, "ownMiB": 1}],
                 "limits": {"sidecarMiB": 0},
                 "edges": [{"from": "a", "to": "b", "ratePerSecond": 5, "kind": "BLOCKING", "hopMs": %s}]}
                """.formatted(hopMs));
        Plan plan = new FusionSolver().solve(graph, Objective.LATENCY, Duration.ofSeconds(1));
        FusionPolicy steady = FusionPolicy.STEADY;
        FusionPolicy policy = new FusionPolicy(
                steady.observeFor(),
                steady.window(),
                steady.bucket(),
                steady.hold(),
                steady.maxHold(),
                steady.probes(),
                steady.judge(),
                steady.hysteresis(),
                steady.limits(),
                Objective.LATENCY);
        FailureMemory memory = new FailureMemory(store, name -> digests.getOrDefault(name, ""));
        return new Admission(store, memory, policy, clock)
                .admitted(plan, graph).stream().map(PlannedGroup::members).toList();
    }
}
