package dev.sinter.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class FusedNamesTest {

    private final Map<String, String> mesh = Map.of("a", "240.240.0.1", "b", "240.240.0.2");

    @Test
    void withoutLabel_everyNameLeadsIntoTheMesh() {
        FusedNames names = FusedNames.of(Map.of(), mesh);

        assertThat(names.addresses()).isEqualTo(mesh);
        assertThat(names.environment()).isEmpty();
    }

    @Test
    void namesThatLeadInside_areToldWithTheirAddressOutside() {
        FusedNames names = FusedNames.of(Map.of("sinter.loopback", "b=127.7.0.2"), mesh);

        assertThat(names.addresses()).isEqualTo(Map.of("a", "240.240.0.1", "b", "127.7.0.2"));
        assertThat(names.environment()).isEqualTo(Map.of("SINTER_REMOTE_HOSTS", "b=240.240.0.2"));
    }

    @Test
    void whatIsNoFunctionHere_isLeftOut() {
        FusedNames names = FusedNames.of(Map.of("sinter.loopback", "x=127.7.0.3,garbage,,=1"), mesh);

        assertThat(names.addresses()).isEqualTo(mesh);
        assertThat(names.environment()).isEmpty();
    }
}
