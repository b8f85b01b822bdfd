package dev.sinter.control.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LifecycleTest {

    @Test
    void everyState_isReachedFromTheProposal() {
        Set<GroupState> reached = EnumSet.of(GroupState.PROPOSED);
        for (int round = 0; round < GroupState.values().length; round++) {
            for (Transition row : Lifecycle.table()) {
                if (reached.contains(row.from())) {
                    reached.add(row.to());
                }
            }
        }
        assertThat(reached).containsExactlyInAnyOrder(GroupState.values());
    }

    @Test
    void everyStateThatIsNotAtRest_canEnd() {
        for (GroupState state : GroupState.values()) {
            if (!state.atRest()) {
                assertThat(Lifecycle.allows(state, Trigger.DONE))
                        .as(state.name())
                        .isTrue();
            }
        }
    }

    @Test
    void everyStateWithSomethingToUndo_canFailAndBeUnfused() {
        for (GroupState state : GroupState.values()) {
            if (Lifecycle.undoOf(state) != Effect.NONE) {
                assertThat(Lifecycle.allows(state, Trigger.FAIL))
                        .as(state.name())
                        .isTrue();
                assertThat(Lifecycle.allows(state, Trigger.UNFUSE))
                        .as(state.name())
                        .isTrue();
            }
        }
    }

    @Test
    void documentation_holdsTheTableAsItIs() throws IOException {
        String documented = Files.readString(Path.of("LIFECYCLE.md"));

        assertThat(documented)
                .as("copy this table into control-plane/LIFECYCLE.md:%n%s", rendered())
                .contains(rendered());
    }

    private static String rendered() {
        StringBuilder table = new StringBuilder("| from | on | to | guard | effect in `from` | undo of `from` |\n");
        table.append("|---|---|---|---|---|---|\n");
        for (Transition row : Lifecycle.table()) {
            table.append("| `%s` | %s | `%s` | %s | %s | %s |%n"
                    .formatted(
                            row.from(),
                            row.trigger().name().toLowerCase(Locale.ROOT),
                            row.to(),
                            row.guard(),
                            Lifecycle.effectOf(row.from()).description(),
                            Lifecycle.undoOf(row.from()).description()));
        }
        return table.toString();
    }
}
