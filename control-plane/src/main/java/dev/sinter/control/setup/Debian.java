package dev.sinter.control.setup;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** Installs packages on Debian-like systems. Safe for concurrent use: one run of apt at a time. */
final class Debian {

    /** Podman with everything it needs for bridge networks, init processes and images without a registry. */
    static final List<String> ENGINE_PACKAGES =
            List.of("podman", "catatonit", "netavark", "aardvark-dns", "runc", "iptables");

    static final List<String> BASE_IMAGE_PACKAGES = List.of("mmdebstrap", "debian-archive-keyring");

    private final ReentrantLock lock = new ReentrantLock();
    private final Commands commands;

    Debian(Commands commands) {
        this.commands = commands;
    }

    /** Installs packages, refreshing the package lists first. */
    void install(List<String> packages) {
        lock.lock();
        try {
            apt(Duration.ofMinutes(3), List.of("update"));
            List<String> arguments = new ArrayList<>(List.of("install", "-y", "--no-install-recommends"));
            arguments.addAll(packages);
            Commands.Finished finished = apt(Duration.ofMinutes(10), arguments);
            if (!finished.ok()) {
                throw new SetupException(
                        "SNT0123",
                        "apt-get install " + String.join(" ", packages) + ": exit " + finished.exitStatus()
                                + " (expected: 0). It said:\n" + finished.tail(6)
                                + "\nMaybe the package mirror does not answer: run it by hand, then this again.");
            }
        } finally {
            lock.unlock();
        }
    }

    private Commands.Finished apt(Duration timeout, List<String> arguments) {
        List<String> argv = new ArrayList<>(List.of("apt-get", "-q", "-o", "DPkg::Lock::Timeout=120"));
        argv.addAll(arguments);
        return commands.run(timeout, Map.of("DEBIAN_FRONTEND", "noninteractive", "LC_ALL", "C"), argv);
    }
}
