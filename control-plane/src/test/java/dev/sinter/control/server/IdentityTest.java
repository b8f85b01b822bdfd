package dev.sinter.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinter.control.store.H2GroupStore;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdentityTest {

    @TempDir
    Path directory;

    @Test
    void restartedServer_isWhoItWas() {
        Identity before = identity("a", "b");

        assertThat(identity("a", "b")).isEqualTo(before);
        assertThat(before.token()).hasSize(48);
        assertThat(before.virtualAddresses().values()).doesNotHaveDuplicates();
    }

    @Test
    void newFunction_takesNobodysAddress() {
        Identity before = identity("b", "d");
        Identity after = identity("a", "b", "c", "d");

        assertThat(after.virtualAddresses())
                .containsAllEntriesOf(before.virtualAddresses())
                .hasSize(4);
        assertThat(after.virtualAddresses().values()).doesNotHaveDuplicates();
    }

    private Identity identity(String... functions) {
        try (H2GroupStore store = H2GroupStore.open(directory)) {
            return Identity.of(store, List.of(functions));
        }
    }
}
