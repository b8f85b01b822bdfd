package dev.sinter.control.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinter.control.lifecycle.GroupStatus;
import dev.sinter.control.lifecycle.LocalPair;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class H2GroupStoreTest {

    private static final GroupStatus GROUP = GroupStatus.proposed(
                    "a-b",
                    List.of("a", "b"),
                    List.of("a", "b"),
                    List.of("a"),
                    List.of(new LocalPair("a", "b")),
                    Instant.parse("2026-01-01T00:00:00.123Z"))
            .withImage("fused:1", "FORKED", Map.of("a", "sha256:1"));

    @TempDir
    Path directory;

    @Test
    void storedGroup_isThereAfterReopening() {
        try (H2GroupStore store = H2GroupStore.open(directory)) {
            store.put(GROUP);
            store.putSetting("token", "t");
        }
        try (H2GroupStore store = H2GroupStore.open(directory)) {
            assertThat(store.group("a-b")).isEqualTo(GROUP);
            assertThat(store.groups()).containsExactly(GROUP);
            assertThat(store.setting("token")).isEqualTo("t");
        }
    }

    @Test
    void unknownGroupAndSetting_areNull() {
        try (H2GroupStore store = H2GroupStore.open(directory)) {
            assertThat(store.group("x")).isNull();
            assertThat(store.setting("x")).isNull();
        }
    }

    @Test
    void history_isOldestFirstAndLimitedToTheNewest() {
        try (H2GroupStore store = H2GroupStore.open(directory)) {
            for (int percent = 0; percent < 5; percent++) {
                store.put(GROUP.withFusedPercent(percent));
            }
            assertThat(store.history("a-b", 3))
                    .extracting(GroupStatus::fusedPercent)
                    .containsExactly(2, 3, 4);
            assertThat(store.groups()).hasSize(1);
        }
    }

    @Test
    void storeOfAnUnusableDirectory_saysWhichAndWhatToDo() {
        assertThatThrownBy(() -> H2GroupStore.open(Path.of("/proc/no-such")))
                .isInstanceOfSatisfying(StoreException.class, e -> {
                    assertThat(e.code()).isEqualTo("SNT0901");
                    assertThat(e).hasMessageContaining("/proc/no-such").hasMessageContaining("Maybe the disk");
                });
    }
}
