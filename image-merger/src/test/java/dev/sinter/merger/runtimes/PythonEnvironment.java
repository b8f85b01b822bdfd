package dev.sinter.merger.runtimes;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A virtual environment in the user's cache directory, made once for each content of a requirements file. */
record PythonEnvironment(Path directory) {

    private static final Duration INSTALL_LIMIT = Duration.ofMinutes(5);

    static PythonEnvironment with(Path requirements) throws IOException, InterruptedException {
        return with("python3", requirements);
    }

    /** With the interpreter of that name or path. */
    static PythonEnvironment with(String python, Path requirements) throws IOException, InterruptedException {
        Path cache = cacheDirectory();
        Files.createDirectories(cache);
        Path directory = cache.resolve("python-" + digest(Files.readString(requirements)));
        try (FileChannel channel = FileChannel.open(
                        cache.resolve("python.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            if (lock.isValid() && !Files.exists(directory.resolve("complete"))) {
                install(python, directory, requirements);
            }
        }
        return new PythonEnvironment(directory);
    }

    /** The exit code of this environment's Python; its output goes to the log. */
    int run(List<String> arguments, Path workingDirectory, Path log, Duration limit)
            throws IOException, InterruptedException {
        return runLogged(
                Stream.concat(Stream.of(directory.resolve("bin/python").toString()), arguments.stream())
                        .toList(),
                workingDirectory,
                log,
                limit);
    }

    private static int runLogged(List<String> command, Path workingDirectory, Path log, Duration limit)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(workingDirectory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(
                        "command: " + command + " (expected: an end within " + limit + ")\n" + Files.readString(log));
            }
            return process.exitValue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static void install(String python, Path directory, Path requirements)
            throws IOException, InterruptedException {
        Path log = Files.createTempFile("sinter-pip", ".log");
        require(List.of(python, "-m", "venv", "--clear", directory.toString()), log);
        require(
                List.of(
                        directory.resolve("bin/python").toString(),
                        "-m",
                        "pip",
                        "install",
                        "--quiet",
                        "--disable-pip-version-check",
                        "-r",
                        requirements.toString()),
                log);
        Files.createFile(directory.resolve("complete"));
        Files.delete(log);
    }

    private static void require(List<String> command, Path log) throws IOException, InterruptedException {
        int exit = runLogged(command, Path.of("").toAbsolutePath(), log, INSTALL_LIMIT);
        if (exit != 0) {
            throw new IOException("command: " + command + " ended with " + exit
                    + " (expected: 0). Maybe python3-venv is not installed.\n" + Files.readString(log));
        }
    }

    private static Path cacheDirectory() {
        String configured = System.getenv("XDG_CACHE_HOME");
        Path base = configured == null || configured.isBlank()
                ? Path.of(System.getProperty("user.home"), ".cache")
                : Path.of(configured);
        return base.resolve("sinter").resolve("tests");
    }

    private static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
