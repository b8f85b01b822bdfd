package dev.sinter.control.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OwnPodmanTest {

    @Test
    void aServiceThatDoesNotComeUpIsQuoted_andIsStartedInADirectoryThatStays(@TempDir Path directory)
            throws IOException {
        Path podman = directory.resolve("podman");
        Files.writeString(podman, "#!/bin/sh\necho \"started in $PWD with $CONTAINERS_CONF\"\n");
        Files.setPosixFilePermissions(podman, PosixFilePermissions.fromString("rwx------"));
        Machine machine = new Machine(
                Map.of("XDG_RUNTIME_DIR", directory.resolve("run").toString()), directory, false, true, false, false);
        OwnPodman service = new OwnPodman(podman, machine);

        assertThatExceptionOfType(SetupException.class)
                .isThrownBy(() -> service.start(new PodmanSettings(null, false)))
                .withMessageContaining("It said:\nstarted in / with " + service.containersConf())
                .extracting(SetupException::code)
                .isEqualTo("SNT0124");
        assertThat(service.containersConf()).exists();
    }
}
