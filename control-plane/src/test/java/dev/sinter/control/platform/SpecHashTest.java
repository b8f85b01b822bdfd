package dev.sinter.control.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class SpecHashTest {

    record Pair(@Nullable String left, @Nullable String right) {}

    @Test
    void theOrderOfAMapDoesNotMatter() {
        Map<String, String> forth = new LinkedHashMap<>();
        forth.put("a", "1");
        forth.put("b", "2");
        Map<String, String> back = new LinkedHashMap<>();
        back.put("b", "2");
        back.put("a", "1");

        assertThat(SpecHash.of(forth)).isEqualTo(SpecHash.of(back));
    }

    @Test
    void theBootstrapCountsThoughItIsNeverPrinted() {
        SidecarSpec one = new SidecarSpec("{\"token\": \"one\"}", List.of(80), Map.of(), 1);
        SidecarSpec two = new SidecarSpec("{\"token\": \"two\"}", List.of(80), Map.of(), 1);

        assertThat(SpecHash.of(one)).isNotEqualTo(SpecHash.of(two));
        assertThat(one.toString()).doesNotContain("token");
    }

    @Test
    void isTheSameInEveryProcess() {
        assertThat(SpecHash.of(new Pair("a", null), List.of(1, 2), Map.of("k", "v")))
                .isEqualTo("287c4c241947b4d24ca7577b251d3e5c");
    }

    @Property(tries = 300)
    void textsThatAreSplitOtherwiseDiffer(@ForAll String left, @ForAll String right) {
        String hash = SpecHash.of(new Pair(left, right));

        assertThat(SpecHash.of(new Pair(left, right))).isEqualTo(hash);
        assertThat(SpecHash.of(new Pair(left + right, ""))).satisfies(other -> {
            if (!right.isEmpty()) {
                assertThat(other).isNotEqualTo(hash);
            }
        });
        assertThat(SpecHash.of(Arrays.asList(left, right))).isNotEqualTo(SpecHash.of(List.of(left + right)));
    }
}
