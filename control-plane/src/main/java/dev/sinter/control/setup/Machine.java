package dev.sinter.control.setup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What setup must know of this machine to decide.
 *
 * @param environment this process's environment
 * @param home the user's home directory
 * @param root whether this process may install packages
 * @param debianLike whether packages come by {@code apt-get}
 * @param mayRaiseLimits whether containers can get higher limits than this process has (CAP_SYS_RESOURCE)
 * @param pureCgroup2 false on hybrid or version 1 cgroups, which Debian's crun fails on
 */
record Machine(
        Map<String, String> environment,
        Path home,
        boolean root,
        boolean debianLike,
        boolean mayRaiseLimits,
        boolean pureCgroup2) {

    private static final long CAP_SYS_RESOURCE = 1L << 24;

    Machine {
        environment = Map.copyOf(environment);
    }

    static Machine here(Map<String, String> environment) {
        String status = read(Path.of("/proc/self/status"));
        return new Machine(
                environment,
                Path.of(environment.getOrDefault("HOME", System.getProperty("user.home", "/"))),
                field(status, "Uid:").startsWith("0\t") || field(status, "Uid:").equals("0"),
                Files.isExecutable(Path.of("/usr/bin/apt-get")) && Files.isExecutable(Path.of("/usr/bin/dpkg")),
                (parseHex(field(status, "CapEff:")) & CAP_SYS_RESOURCE) != 0,
                Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers")));
    }

    /** Where Sinter keeps what it downloaded or made: {@code ${XDG_CACHE_HOME:-~/.cache}/sinter}. */
    Path cache() {
        String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
        return (xdg.startsWith("/") ? Path.of(xdg) : home.resolve(".cache")).resolve("sinter");
    }

    /** Where the sockets of services of Sinter's own lie; gone after a reboot, as the services are. */
    Path runtime() {
        String xdg = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        if (root) {
            return Path.of("/run/sinter");
        }
        return xdg.startsWith("/") ? Path.of(xdg).resolve("sinter") : cache().resolve("run");
    }

    /** The program {@code name} on PATH, or in the directories of system programs that PATH often lacks. */
    @Nullable
    Path program(String name) {
        String path = environment.getOrDefault("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin";
        for (String directory : path.split(":", -1)) {
            Path candidate = Path.of(directory.isEmpty() ? "." : directory, name);
            if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
                return candidate.toAbsolutePath();
            }
        }
        return null;
    }

    /** The bundle of a private certificate authority the environment names, for pip inside image builds. */
    static @Nullable Path privateCertificates(Map<String, String> environment) {
        for (String variable : List.of("PIP_CERT", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")) {
            String value = environment.getOrDefault(variable, "");
            if (value.startsWith("/") && Files.isReadable(Path.of(value))) {
                return Path.of(value);
            }
        }
        return null;
    }

    private static String field(String status, String name) {
        return status.lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).strip())
                .findFirst()
                .orElse("");
    }

    private static long parseHex(String digits) {
        return digits.isEmpty() ? 0 : Long.parseUnsignedLong(digits, 16);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }
}
