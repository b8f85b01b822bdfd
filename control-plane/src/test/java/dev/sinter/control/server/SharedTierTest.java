package dev.sinter.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinter.merger.CompatibilityReport;
import dev.sinter.merger.CompatibilityReport.PairReport;
import dev.sinter.merger.Tier;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SharedTierTest {

    private final Function any = function("a", "");
    private final Function alsoAny = function("b", "");
    private final Function forked = function("c", "FORKED, CO_POD");
    private final Function inProcess = function("d", "IN_PROCESS");

    @Test
    void withoutLabels_imagesDecide() {
        assertThat(SharedTier.of(any, alsoAny, pair("a", "b", Tier.IN_PROCESS))).isEqualTo(Tier.IN_PROCESS);
        assertThat(SharedTier.of(any, alsoAny, pair("a", "b", Tier.FORKED))).isEqualTo(Tier.FORKED);
    }

    @Test
    void aLabelNeverStrengthensWhatImagesAllow() {
        assertThat(SharedTier.of(any, inProcess, pair("a", "d", Tier.FORKED))).isNull();
    }

    @Test
    void aLabelWeakens() {
        assertThat(SharedTier.of(any, forked, pair("a", "c", Tier.IN_PROCESS))).isEqualTo(Tier.FORKED);
        assertThat(SharedTier.of(forked, inProcess, pair("c", "d", Tier.IN_PROCESS)))
                .isNull();
    }

    @Test
    void whatThisServerDoesNotRun_isNone() {
        assertThat(SharedTier.of(any, forked, pair("a", "c", Tier.CO_POD))).isNull();
    }

    @Test
    void aGroupTakesTheWeakestOfItsPairs_ifAllMembersMay() {
        CompatibilityReport report =
                report(pair("a", "b", Tier.FORKED), pair("a", "d", Tier.IN_PROCESS), pair("b", "d", Tier.IN_PROCESS));

        assertThat(SharedTier.of(List.of(any, alsoAny), report)).isEqualTo(Tier.FORKED);
        assertThat(SharedTier.of(List.of(any, inProcess), report)).isEqualTo(Tier.IN_PROCESS);
        assertThat(SharedTier.of(List.of(any, alsoAny, inProcess), report)).isNull();
    }

    private static Function function(String name, String tiers) {
        Map<String, String> labels = tiers.isEmpty() ? Map.of() : Map.of("sinter.dev/tiers", tiers);
        return Function.of(Fixtures.service(name, labels), Fixtures.image(8080), "240.240.0.1", Mode.AUTO);
    }

    private static CompatibilityReport report(PairReport... pairs) {
        return new CompatibilityReport(Tier.FORKED, "a", List.of(), List.of(pairs));
    }

    private static PairReport pair(String first, String second, Tier tier) {
        return new PairReport(first, second, tier, 1, 0, 0, 0, 0, List.of(), List.of(), List.of());
    }
}
