package dev.sinter.control.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MeshStateTest {
    private static final TelemetryTarget TELEMETRY = new TelemetryTarget("10.0.0.1", 4317, "secret");

    @Test
    void traffic_for_a_stopped_original_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> function("a", null, new Split(5, "g1")))
                .withMessage("a: originalAddress: null (expected: an address while the original gets 5 %)");
    }

    @Test
    void a_share_without_a_group_is_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Split(99, null));
        assertThatIllegalArgumentException().isThrownBy(() -> new Split(101, "g1"));
    }

    @Test
    void a_group_that_does_not_serve_the_function_is_refused() {
        MeshFunction function = function("a", "10.0.0.2", new Split(5, "g1"));
        FusedWorkload others = new FusedWorkload("g1", "10.0.0.3", 8080, List.of("b"));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MeshState("tree", List.of(function), List.of(others), List.of(), TELEMETRY))
                .withMessageContaining("a: split to group g1");
    }

    @Test
    void two_functions_at_one_address_are_refused() {
        List<MeshFunction> functions =
                List.of(function("a", "10.0.0.2", Split.allOriginal()), function("b", "10.0.0.3", Split.allOriginal()));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MeshState("tree", functions, List.of(), List.of(), TELEMETRY))
                .withMessageContaining("virtual address: 240.240.0.1 twice");
    }

    @Test
    void the_token_stays_out_of_logs() {
        assertThat(new MeshState("tree", List.of(), List.of(), List.of(), TELEMETRY).toString())
                .doesNotContain("secret");
    }

    private static MeshFunction function(String name, @Nullable String originalAddress, Split split) {
        return new MeshFunction(name, "240.240.0.1", List.of(8080), List.of(), originalAddress, split, null);
    }
}
