package dev.sinter.e2e;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file system with next to no room; gone when closed. Only root can make one. */
record SmallDisk(Path path) implements AutoCloseable {

    /**
     * Mounts it, or ends the test with the reason where this user may not.
     *
     * @param options of tmpfs, such as {@code size=4k}
     */
    static SmallDisk mount(Path path, String options) throws IOException {
        Files.createDirectories(path);
        assumeThat(exitStatus("mount", "-t", "tmpfs", "-o", options, "tmpfs", path.toString()))
                .as("exit status of mount, which needs root and CAP_SYS_ADMIN")
                .isZero();
        return new SmallDisk(path);
    }

    @Override
    public void close() throws IOException {
        exitStatus("umount", path.toString());
    }

    private static int exitStatus(String... command) throws IOException {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
