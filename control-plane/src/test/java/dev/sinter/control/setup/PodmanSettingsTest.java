package dev.sinter.control.setup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PodmanSettingsTest {

    private static final Path RUNC = Path.of("/usr/sbin/runc");

    @Test
    void onHybridControlGroupsWithoutTheRightToRaiseLimitsRuncWithLimitsComesFirst() {
        List<PodmanSettings> candidateList = PodmanSettings.candidates(machine(false, false), RUNC);

        assertThat(candidateList.getFirst()).isEqualTo(new PodmanSettings("runc", true));
        assertThat(candidateList).hasSize(4).doesNotHaveDuplicates();
    }

    @Test
    void onAnOrdinaryMachinePodmansOwnChoiceComesFirst() {
        assertThat(PodmanSettings.candidates(machine(true, true), RUNC).getFirst())
                .isEqualTo(new PodmanSettings(null, false));
    }

    @Test
    void withoutRuncItIsNotTried() {
        assertThat(PodmanSettings.candidates(machine(false, false), null))
                .containsExactly(new PodmanSettings(null, true), new PodmanSettings(null, false));
    }

    @Test
    void theConfigurationSaysJustWhatWasChosen() {
        assertThat(new PodmanSettings("runc", true).containersConf(20_000, 96_365))
                .contains("runtime = \"runc\"")
                .contains("default_ulimits = [\"nofile=20000:20000\", \"nproc=96365:96365\"]");
        assertThat(new PodmanSettings(null, false).containersConf(20_000, 96_365))
                .doesNotContain("runtime =")
                .doesNotContain("default_ulimits");
    }

    private static Machine machine(boolean mayRaiseLimits, boolean pureCgroup2) {
        return new Machine(Map.of(), Path.of("/root"), true, true, mayRaiseLimits, pureCgroup2);
    }
}
