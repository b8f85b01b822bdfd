package dev.sinter.control.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinter.control.compose.Service;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FunctionTest {

    @Test
    void publishedPort_comesBeforeWhatTheImageExposes() {
        Service service = Fixtures.service("a", Map.of(), new Service.PublishedPort(null, 18080, 9000));

        assertThat(Function.of(service, Fixtures.image(8080), "240.240.0.1", Mode.AUTO)
                        .ports())
                .containsExactly(9000);
    }

    @Test
    void imagePort_countsWhereTheFileNamesNone() {
        Service service = withoutPorts();

        assertThat(Function.of(service, Fixtures.image(5000), "240.240.0.1", Mode.AUTO)
                        .httpPort())
                .isEqualTo(5000);
    }

    @Test
    void functionWithoutPort_saysWhereToNameOne() {
        assertThatThrownBy(() -> Function.of(withoutPorts(), Fixtures.image(), "240.240.0.1", Mode.AUTO))
                .hasMessageContaining("service a")
                .hasMessageContaining("expose");
    }

    @Test
    void ownMode_narrowsTheApplicationsButNeverWidensIt() {
        assertThat(mode("recommend", Mode.AUTO)).isEqualTo(Mode.RECOMMEND);
        assertThat(mode("auto", Mode.RECOMMEND)).isEqualTo(Mode.RECOMMEND);
        assertThat(mode("off", Mode.AUTO)).isEqualTo(Mode.OFF);
    }

    @Test
    void unknownMode_namesTheKnownOnes() {
        assertThatThrownBy(() -> mode("on", Mode.AUTO)).hasMessageContaining("[off, recommend, auto]");
    }

    @Test
    void anUnknownTier_isRefused_withTheKnownOnes() {
        assertThatThrownBy(() -> function("d", Map.of("sinter.dev/tiers", "PROCESS")))
                .hasMessageContaining("sinter.dev/tiers: PROCESS")
                .hasMessageContaining("CO_POD");
    }

    @Test
    void neverWith_holdsWhicheverSideSaysIt() {
        Function a = function("a", Map.of("sinter.dev/never-with", "b, c"));
        Function b = function("b", Map.of());
        Function d = function("d", Map.of());
        Function alone = function("e", Map.of("sinter.dev/never-with", "*"));

        assertThat(a.mayJoin(b)).isFalse();
        assertThat(b.mayJoin(a)).isFalse();
        assertThat(a.mayJoin(d)).isTrue();
        assertThat(d.mayJoin(alone)).isFalse();
    }

    @Test
    void functionThatIsOff_joinsNobody() {
        assertThat(function("a", Map.of("sinter.dev/mode", "off")).mayJoin(function("b", Map.of())))
                .isFalse();
    }

    private static Mode mode(String label, Mode applicationMode) {
        Service service = Fixtures.service("a", Map.of("sinter.dev/mode", label));
        return Function.of(service, Fixtures.image(8080), "240.240.0.1", applicationMode)
                .mode();
    }

    private static Function function(String name, Map<String, String> labels) {
        return Function.of(Fixtures.service(name, labels), Fixtures.image(8080), "240.240.0.1", Mode.AUTO);
    }

    private static Service withoutPorts() {
        return new Service(
                "a",
                "a:1",
                null,
                null,
                null,
                Map.of(),
                null,
                null,
                List.of(),
                List.of(),
                List.of(),
                Map.of(),
                null,
                Service.Resources.UNLIMITED,
                Map.of(),
                Map.of(),
                null,
                null,
                null,
                false,
                Map.of());
    }
}
