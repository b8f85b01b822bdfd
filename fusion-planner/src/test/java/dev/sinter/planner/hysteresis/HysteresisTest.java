package dev.sinter.planner.hysteresis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinter.planner.graph.CallGraph;
import dev.sinter.planner.graph.CallKind;
import dev.sinter.planner.graph.Edge;
import dev.sinter.planner.graph.FunctionNode;
import dev.sinter.planner.graph.Limits;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HysteresisTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Map<String, String> AB = Map.of("a", "sha256:1", "b", "sha256:2");
    /** a calls b, b calls c; d calls e. */
    private static final CallGraph GRAPH = new CallGraph(
            60,
            List.of(function("a"), function("b"), function("c"), function("d"), function("e")),
            List.of(call("a", "b"), call("b", "c"), call("d", "e")),
            Limits.DEFAULT,
            CallGraph.DEFAULT_TIERS,
            List.of(),
            List.of());

    private final Hysteresis hysteresis = new Hysteresis(HysteresisPolicy.DEFAULT);

    @Test
    void aGainBelowTheMargin_isNotWorthAChange() {
        assertThat(hysteresis.isWorthEntering(1, 0.96)).isFalse();
        assertThat(hysteresis.isWorthEntering(1, 0.94)).isTrue();
        assertThat(hysteresis.isWorthEntering(0, 0)).isFalse();
    }

    @Test
    void aChangeAmongFunctionsThatCallEachOther_holdsUpTheNext() {
        Change change = new Change(Set.of("c"), true, NOW);
        assertThat(refusal(List.of(change), Attempts.NONE)).isEqualTo(Refusal.IN_FLIGHT);
    }

    @Test
    void aChangeAmongOthers_holdsNothingUp() {
        Change change = new Change(Set.of("d", "e"), true, NOW);
        assertThat(refusal(List.of(change), Attempts.NONE)).isNull();
    }

    @Test
    void functionsThatWereJustMoved_areLeftAlone() {
        assertThat(refusal(List.of(moved("b", Duration.ofMinutes(29))), Attempts.NONE))
                .isEqualTo(Refusal.DWELL);
        assertThat(refusal(List.of(moved("b", Duration.ofMinutes(31))), Attempts.NONE))
                .isNull();
        assertThat(refusal(List.of(moved("c", Duration.ofMinutes(1))), Attempts.NONE))
                .isNull();
    }

    @Test
    void aFailedGroup_isTriedAgainLaterAndLater() {
        Attempts once = Attempts.NONE.failed(AB, "SNT0816", NOW.minus(Duration.ofMinutes(59)), false);
        assertThat(refusal(List.of(), once)).isEqualTo(Refusal.BACK_OFF);
        Attempts earlier = Attempts.NONE.failed(AB, "SNT0816", NOW.minus(Duration.ofMinutes(61)), false);
        assertThat(refusal(List.of(), earlier)).isNull();
        Attempts twice = earlier.failed(AB, "SNT0816", NOW.minus(Duration.ofMinutes(60)), false);
        assertThat(twice.retryAt(AB, HysteresisPolicy.DEFAULT)).isEqualTo(NOW.plus(Duration.ofMinutes(60)));
    }

    @Test
    void causesAreCountedApart_andTheLongestWaitHolds() {
        Attempts attempts = Attempts.NONE
                .failed(AB, "SNT0816", NOW, false)
                .failed(AB, "SNT0816", NOW.plusSeconds(1), false)
                .failed(AB, "SNT0853", NOW.plusSeconds(2), false);
        assertThat(attempts.failures()).hasSize(2);
        assertThat(attempts.retryAt(AB, HysteresisPolicy.DEFAULT)).isEqualTo(NOW.plusSeconds(1 + 2 * 3600));
    }

    @Test
    void anotherImageOfAMember_beginsAnew() {
        Attempts attempts = Attempts.NONE.failed(AB, "SNT0812", NOW, true);
        assertThat(attempts.retryAt(AB, HysteresisPolicy.DEFAULT)).isEqualTo(Instant.MAX);
        assertThat(attempts.retryAt(Map.of("a", "sha256:1", "b", "sha256:3"), HysteresisPolicy.DEFAULT))
                .isEqualTo(Instant.MIN);
    }

    @Test
    void functionsThatAPersonParted_areNotJoinedInAnotherGroupEither() {
        Attempts attempts = Attempts.NONE.failed(AB, "SNT0812", NOW, true);
        Map<String, String> more = Map.of("a", "sha256:1", "b", "sha256:2", "c", "sha256:3");
        assertThat(attempts.retryAt(more, HysteresisPolicy.DEFAULT)).isEqualTo(Instant.MAX);
        assertThat(attempts.retryAt(Map.of("a", "sha256:1", "c", "sha256:3"), HysteresisPolicy.DEFAULT))
                .isEqualTo(Instant.MIN);
    }

    @Test
    void theSameFailureToldTwice_countsOnce() {
        Attempts once = Attempts.NONE.failed(AB, "SNT0816", NOW, false);
        assertThat(once.failed(AB, "SNT0816", NOW, false)).isEqualTo(once);
    }

    @Test
    void memoryIsBounded_theOldestFailuresAreForgotten() {
        Attempts attempts = Attempts.NONE;
        for (int i = 0; i < 1_100; i++) {
            attempts = attempts.failed(Map.of("a", "sha256:" + i), "SNT0816", NOW.plusSeconds(i), false);
        }
        assertThat(attempts.failures()).hasSize(1_000);
        assertThat(attempts.failures().getFirst().last()).isEqualTo(NOW.plusSeconds(100));
    }

    @Property
    void waitsGrowUpToTheLongest(@ForAll @IntRange(min = 1, max = 1_000_000) int times) {
        Duration wait = HysteresisPolicy.DEFAULT.backOff(times);
        assertThat(wait).isBetween(Duration.ofHours(1), Duration.ofDays(7));
        assertThat(HysteresisPolicy.DEFAULT.backOff(times + 1)).isGreaterThanOrEqualTo(wait);
    }

    private @Nullable Refusal refusal(List<Change> changes, Attempts attempts) {
        return hysteresis.refusal(AB, GRAPH, changes, attempts, NOW);
    }

    private static Change moved(String function, Duration ago) {
        return new Change(Set.of(function), false, NOW.minus(ago));
    }

    private static FunctionNode function(String name) {
        return new FunctionNode(name, false, "python3.13", 1, 1, 1, 1, 1, "");
    }

    private static Edge call(String from, String to) {
        return new Edge(from, to, 1, CallKind.BLOCKING, 1, 100, 1, 1, 1);
    }
}
