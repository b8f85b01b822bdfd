package dev.sinter.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinter.planner.graph.CallKind;
import dev.sinter.planner.graph.Edge;
import dev.sinter.planner.graph.Limits;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class FusionLoopTest {

    private static final Duration LEAST = Duration.ofMinutes(2);
    private static final Edge SURE = edge(CallKind.BLOCKING, 0.99, 100);
    private static final Edge RARE = edge(CallKind.UNKNOWN, 0, 3);

    @Test
    void whereEveryCallsKindIsSure_theLeastTimeIsEnough() {
        assertThat(isEnough(LEAST.minusMillis(1), SURE)).isFalse();
        assertThat(isEnough(LEAST, SURE)).isTrue();
        assertThat(isEnough(LEAST, SURE, edge(CallKind.UNKNOWN, 0, 500))).isTrue();
    }

    @Test
    void aRareCall_holdsUpAPlanForAWhile_notForEver() {
        assertThat(isEnough(LEAST, SURE, RARE)).isFalse();
        assertThat(isEnough(LEAST.multipliedBy(3).minusMillis(1), SURE, RARE)).isFalse();
        assertThat(isEnough(LEAST.multipliedBy(3), SURE, RARE)).isTrue();
    }

    private static boolean isEnough(Duration watched, Edge... edges) {
        return FusionLoop.isEnough(watched, LEAST, List.of(edges), Limits.DEFAULT);
    }

    private static Edge edge(CallKind kind, double confidence, long samples) {
        return new Edge("a", "b", 1, kind, confidence, samples, 1, 0.5, 2);
    }
}
