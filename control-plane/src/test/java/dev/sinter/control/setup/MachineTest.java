package dev.sinter.control.setup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MachineTest {

    @TempDir
    Path directory;

    @Test
    void theCacheIsWhereTheXdgSpecificationSays() {
        assertThat(machine(Map.of()).cache()).isEqualTo(Path.of("/home/x/.cache/sinter"));
        assertThat(machine(Map.of("XDG_CACHE_HOME", "/var/tmp/c")).cache()).isEqualTo(Path.of("/var/tmp/c/sinter"));
        assertThat(machine(Map.of("XDG_CACHE_HOME", "relative")).cache()).isEqualTo(Path.of("/home/x/.cache/sinter"));
    }

    @Test
    void programsAreFoundInTheOrderOfPath() throws IOException {
        Path first = program("first");
        program("second");

        assertThat(machine(Map.of("PATH", directory + "/none:" + directory + "/first:" + directory + "/second"))
                        .program("sinter-tool"))
                .isEqualTo(first);
        assertThat(machine(Map.of("PATH", "")).program("sinter-tool")).isNull();
    }

    @Test
    void privateCertificatesAreThoseThePackageClientsReadAndThatExist() throws IOException {
        Path bundle = Files.writeString(directory.resolve("ca.crt"), "x");

        assertThat(Machine.privateCertificates(Map.of("SSL_CERT_FILE", bundle.toString())))
                .isEqualTo(bundle);
        assertThat(Machine.privateCertificates(Map.of("PIP_CERT", "/no/such", "SSL_CERT_FILE", bundle.toString())))
                .isEqualTo(bundle);
        assertThat(Machine.privateCertificates(Map.of())).isNull();
    }

    @Test
    void aCommandEndsInBoundedTimeAndItsOutputIsBounded() {
        Commands commands = new Commands();

        assertThat(commands.run(Duration.ofMillis(200), Map.of(), List.of("sleep", "30"))
                        .exitStatus())
                .isEqualTo(Commands.TIMED_OUT);
        assertThat(commands.run(Duration.ofSeconds(5), Map.of(), List.of("no-such-program-here"))
                        .exitStatus())
                .isEqualTo(Commands.NOT_FOUND);
        Commands.Finished much = commands.run(
                Duration.ofSeconds(20),
                Map.of("LAST", "the end"),
                List.of("sh", "-c", "seq 1 100000; echo $LAST; exit 3"));
        assertThat(much.exitStatus()).isEqualTo(3);
        assertThat(much.output()).hasSizeLessThanOrEqualTo(32 * 1024).endsWith("the end\n");
        assertThat(much.tail(2)).isEqualTo("100000\nthe end");
    }

    private Path program(String subdirectory) throws IOException {
        Path file = Files.createDirectories(directory.resolve(subdirectory)).resolve("sinter-tool");
        Files.writeString(file, "#!/bin/sh\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Machine machine(Map<String, String> environment) {
        return new Machine(environment, Path.of("/home/x"), false, false, false, false);
    }
}
