package dev.sinter.merger.benchmark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What the container tools of Debian take for the nearest equivalent: moving one image, and laying the whole file system
 * of one image over the other. They compare nothing and overwrite silently, and know nothing of how functions start.
 */
final class OtherTools {

    record Timing(String what, double millis) {}

    private final Path directory;
    private final int rounds;

    OtherTools(Path directory, int rounds) {
        this.directory = directory;
        this.rounds = rounds;
    }

    List<Timing> nearest(String first, String second) throws IOException, InterruptedException {
        if (!installed("skopeo") || !installed("buildah")) {
            System.out.println("  skopeo, buildah: not installed. Maybe: apt-get install skopeo buildah");
            return List.of();
        }
        List<Timing> timings = new ArrayList<>();
        Path out = directory.resolve("other");
        List<String> copy = List.of("skopeo", "copy", "--quiet", "--insecure-policy", first, "oci:" + out + ":copy");
        timings.add(median("skopeo copy of one image", copy, out));
        List<String> buildah = List.of(
                "buildah",
                "--root=" + directory.resolve("storage"),
                "--runroot=" + directory.resolve("run"),
                "--storage-driver=overlay");
        String options = "--signature-policy=" + policy();
        try {
            long start = System.nanoTime();
            String one = call(buildah, "pull", "--quiet", options, first);
            String two = call(buildah, "pull", "--quiet", options, second);
            double pulled = (System.nanoTime() - start) / 1e6;
            timings.add(new Timing("buildah pull of both", pulled));
            double[] millis = new double[rounds];
            for (int i = 0; i < rounds; i++) {
                start = System.nanoTime();
                String container = call(buildah, "from", "--pull-never", options, one);
                call(buildah, "copy", "--quiet", "--from=" + two, container, "/", "/");
                call(buildah, "commit", "--quiet", options, container, "oci:" + out + ":fused");
                millis[i] = (System.nanoTime() - start) / 1e6;
                call(buildah, "rm", container);
                run(List.of("rm", "-rf", out.toString()));
            }
            Arrays.sort(millis);
            timings.add(new Timing("buildah from, copy --from, commit; warm", millis[rounds / 2]));
            timings.add(
                    new Timing("buildah pull of both, from, copy --from, commit; cold", pulled + millis[rounds / 2]));
        } finally {
            run(Stream.concat(buildah.stream(), Stream.of("rm", "--all")).toList());
        }
        return timings;
    }

    private Path policy() throws IOException {
        return Files.writeString(
                directory.resolve("policy.json"), "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}");
    }

    private Timing median(String what, List<String> command, Path out) throws IOException, InterruptedException {
        double[] millis = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            long start = System.nanoTime();
            run(command);
            millis[i] = (System.nanoTime() - start) / 1e6;
            run(List.of("rm", "-rf", out.toString()));
        }
        Arrays.sort(millis);
        return new Timing(what, millis[rounds / 2]);
    }

    /** What it says, without white space around it. */
    private static String call(List<String> tool, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(tool);
        command.addAll(List.of(arguments));
        String said = run(command).strip();
        return said.substring(said.lastIndexOf('\n') + 1);
    }

    static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + said);
        }
        return said;
    }

    private static boolean installed(String tool) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
                .anyMatch(path -> Files.isExecutable(Path.of(path, tool)));
    }

    /** Bytes of the files below a directory that no other directory shares. */
    static long bytesOfItsOwn(Path directory) throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                boolean shared = !Objects.equals(Files.getAttribute(file, "unix:nlink"), 1);
                bytes += shared ? 0 : Files.size(file);
            }
        }
        return bytes;
    }
}
