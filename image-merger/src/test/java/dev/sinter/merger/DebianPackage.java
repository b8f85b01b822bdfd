package dev.sinter.merger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A package of Debian 13, unpacked beside the machine's own packages and leaving those alone. */
record DebianPackage(String name) {

    private static final String SOURCE = "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]"
            + " http://deb.debian.org/debian trixie main\n";

    static DebianPackage of(String name) {
        return new DebianPackage(name);
    }

    Path unpackedIn(Path directory) throws IOException, InterruptedException {
        Path apt = Files.createDirectories(directory.resolve("apt"));
        Files.createDirectories(apt.resolve("lists/partial"));
        Files.createDirectories(apt.resolve("archives/partial"));
        Path sources = Files.writeString(apt.resolve("sources.list"), SOURCE);
        String[] own = {
            "-q",
            "-oDir::Etc::sourcelist=" + sources,
            "-oDir::Etc::sourceparts=-",
            "-oDir::State::lists=" + apt.resolve("lists"),
            "-oDir::Cache=" + apt,
            "-oAcquire::IndexTargets::deb::DEP-11::DefaultEnabled=false",
            "-oAPT::Sandbox::User=root"
        };
        run(apt, "apt-get", own, "update");
        run(apt, "apt-get", own, "download", name);
        Path unpacked = directory.resolve(name);
        try (Stream<Path> files = Files.list(apt)) {
            Path file = files.filter(path -> path.toString().endsWith(".deb"))
                    .findFirst()
                    .orElseThrow();
            run(apt, "dpkg-deb", new String[] {"-x", file.toString(), unpacked.toString()});
        }
        return unpacked;
    }

    private static void run(Path directory, String program, String[] options, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(Arrays.asList(options));
        command.addAll(List.of(arguments));
        Path log = directory.resolve("log");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue())
                .as(String.join(" ", command) + "\n" + Files.readString(log))
                .isZero();
    }
}
