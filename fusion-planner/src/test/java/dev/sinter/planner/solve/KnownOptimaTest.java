package dev.sinter.planner.solve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinter.planner.plan.Objective;
import dev.sinter.planner.plan.Plan;
import dev.sinter.planner.plan.PlannedGroup;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KnownOptimaTest {
    private final FusionSolver solver = new FusionSolver();

    @ParameterizedTest
    @EnumSource(
            value = Objective.class,
            names = {"LATENCY", "BALANCED"})
    void tree_fusesTheBlockingChainAndNothingElse(Objective objective) {
        Plan plan = solver.solve(Applications.tree(), objective, Duration.ofSeconds(10));
        assertThat(plan.groups())
                .extracting(PlannedGroup::members)
                .containsExactly(List.of("a", "b", "d", "e"), List.of("c"), List.of("f"), List.of("g"));
        assertThat(plan.predicted().latencyMs()).isLessThan(plan.before().latencyMs());
    }

    @ParameterizedTest
    @EnumSource(
            value = Objective.class,
            names = {"LATENCY", "BALANCED"})
    void iot_fusesEachBlockingPartAndNoAsynchronousWork(Objective objective) {
        Plan plan = solver.solve(Applications.iot(), objective, Duration.ofSeconds(30));
        assertThat(plan.groups())
                .extracting(PlannedGroup::members)
                .containsExactlyInAnyOrder(
                        List.of("cw", "i", "se"),
                        List.of("ct"),
                        List.of("cs", "csa", "csl"),
                        List.of("ca", "dj"),
                        List.of("as"));
    }

    @ParameterizedTest
    @EnumSource(
            value = Objective.class,
            names = {"LATENCY", "BALANCED"})
    void shop_fusesAllThatIsWaitedFor(Objective objective) {
        Plan plan = solver.solve(Applications.shop(), objective, Duration.ofSeconds(30));
        assertThat(plan.groups())
                .extracting(PlannedGroup::members)
                .containsExactlyInAnyOrder(
                        List.of(
                                "addcartitem",
                                "cartkvstorage",
                                "checkout",
                                "currency",
                                "frontend",
                                "getads",
                                "getcart",
                                "getproduct",
                                "listproducts",
                                "listrecommendations",
                                "payment",
                                "searchproducts",
                                "shipmentquote",
                                "shiporder",
                                "supportedcurrencies"),
                        List.of("email"),
                        List.of("emptycart"));
        assertThat(plan.gap()).isZero();
    }
}
