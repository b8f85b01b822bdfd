package dev.sinter.control.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class DemoTableTest {

    private final DemoResult result = DemoReport.of(Samples.measurements());

    @Test
    void putsBeforeAfterAndChangeSideBySide() {
        assertThat(DemoTable.render(result).lines().map(line -> line.strip().replaceAll(" {2,}", "|")))
                .contains(
                        "tree|before|after|change",
                        "latency p50|550.0 ms|520.0 ms|-5.5 %",
                        "memory in all|180.0 MiB|154.0 MiB|-14.4 %",
                        "instances|2|1|-50.0 %",
                        "fused g1: a, b (IN_PROCESS), local: a → b",
                        "a → b|2.000 ms|0.100 ms|-95.0 %",
                        "images of all 1 functions: digests unchanged");
    }

    @Test
    void saysWhichTargetsAreMissed() {
        assertThat(Target.of(result))
                .filteredOn(target -> !target.reached())
                .extracting(Target::name)
                .containsExactly("memory of everything", "memory of functions");
        assertThat(DemoTable.render(result)).contains("✗ memory of functions", "4 of 6 targets reached");
    }

    @Test
    void missesTheTargetOfACallThatWasNeverSeenLocal() {
        assertThat(Target.of(withHop(new DemoResult.Hop("a", "b", new HopMs(2, 3, 4), null))))
                .filteredOn(target -> target.name().startsWith("hop"))
                .singleElement()
                .isEqualTo(new Target("hop a → b", "not measured", "at most 10 % of before", false));
    }

    @Test
    void namesImagesThatChanged() {
        DemoResult changed = new DemoResult(
                "tree",
                0,
                0,
                0,
                null,
                0,
                List.of(),
                List.of(),
                result.before(),
                result.after(),
                List.of(new DemoResult.FunctionImage("a", "sha256:1", "sha256:2")));

        assertThat(DemoTable.render(changed)).contains("images changed: a (sha256:1 → sha256:2)");
    }

    private DemoResult withHop(DemoResult.Hop hop) {
        return new DemoResult(
                "tree", 0, 0, 0, 1.0, 1, result.groups(), List.of(hop), result.before(), result.after(), List.of());
    }
}
