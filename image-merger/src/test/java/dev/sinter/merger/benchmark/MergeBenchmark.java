package dev.sinter.merger.benchmark;

import com.sun.management.OperatingSystemMXBean;
import dev.sinter.merger.ImageMerger;
import dev.sinter.merger.LocalPair;
import dev.sinter.merger.Member;
import dev.sinter.merger.MergeProgress;
import dev.sinter.merger.MergeRequest;
import dev.sinter.merger.MergeResult;
import dev.sinter.merger.MergerSettings;
import dev.sinter.merger.Overrides;
import dev.sinter.merger.Tier;
import dev.sinter.merger.transport.EngineImages;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How long merges take and what they write, cold and warm, beside what {@code skopeo} and {@code buildah} take for the
 * nearest they can do; run by {@code mvn -Pbenchmark}, see the README. Sizes are in MB of uncompressed layers.
 */
public final class MergeBenchmark {

    private static final long MB = 1_000_000;
    private static final int ROUNDS = 5;
    private static final int FEW_ROUNDS = 3;
    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private final Path directory;
    private final @Nullable Path engineSocket;
    private int targets;

    private MergeBenchmark(Path directory, @Nullable Path engineSocket) {
        this.directory = directory;
        this.engineSocket = engineSocket;
    }

    /** Arguments: size of the base, of each function, number of functions, {@code engine=SOCKET} (empty for none). */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        long base = Long.parseLong(arguments[0]) * MB;
        long own = Long.parseLong(arguments[1]) * MB;
        int functions = Integer.parseInt(arguments[2]);
        String socket = arguments.length > 3 ? arguments[3].replace("engine=", "") : "";
        Path directory = Files.createTempDirectory("sinter-merge-benchmark");
        try {
            new MergeBenchmark(directory, socket.isEmpty() ? null : Path.of(socket)).run(base, own, functions);
        } finally {
            OtherTools.run(List.of("rm", "-rf", directory.toString()));
        }
    }

    private void run(long base, long own, int functions) throws IOException, InterruptedException {
        Path layout = images(base, own, functions);
        two(layout);
        if (engineSocket != null) {
            engine(layout, engineSocket);
        }
        series(layout, functions, base);
        series(images(base / 2, own, functions), functions, base / 2);
    }

    private Path images(long base, long own, int functions) throws IOException {
        Path layout = Files.createDirectory(directory.resolve("images-" + base));
        GeneratedImages images = new GeneratedImages(layout);
        images.base(base);
        for (int i = 0; i < functions; i++) {
            images.function(name(i), own, 1);
        }
        return layout;
    }

    private void two(Path layout) throws IOException, InterruptedException {
        System.out.println("Two functions on one base, OCI layout to OCI layout");
        Merged first = merge(layout, 2, directory.resolve("cache-0"));
        print("first merge of this process, nothing known", first, 0);
        List<Merged> cold = new ArrayList<>();
        List<Merged> warm = new ArrayList<>();
        for (int i = 1; i <= ROUNDS; i++) {
            Path cache = directory.resolve("cache-" + i);
            cold.add(merge(layout, 2, cache));
            warm.add(merge(layout, 2, cache));
        }
        Merged ours = median(warm);
        print("cold: nothing known of the layers", median(cold), 0);
        print("warm: layers known", ours, 0);
        OtherTools others = new OtherTools(directory, FEW_ROUNDS);
        for (OtherTools.Timing timing :
                others.nearest("oci:" + layout + ":" + name(0), "oci:" + layout + ":" + name(1))) {
            System.out.printf(
                    "  %-54s %6.0f ms, %5.1f times ours warm%n",
                    timing.what(), timing.millis(), timing.millis() / ours.millis());
        }
    }

    private void series(Path layout, int functions, long base) throws IOException, InterruptedException {
        System.out.printf("%nMore functions on one base of %d MB, warm%n", base / MB);
        Path cache = directory.resolve("cache-series-" + base);
        for (int n : new int[] {1, 2, 5, 10}) {
            if (n > functions) {
                return;
            }
            merge(layout, n, cache);
            List<Merged> merges = new ArrayList<>();
            for (int i = 0; i < FEW_ROUNDS; i++) {
                merges.add(merge(layout, n, cache));
            }
            print(n + (n == 1 ? " function" : " functions"), median(merges), n);
        }
    }

    private void engine(Path layout, Path socket) throws IOException, InterruptedException {
        System.out.println("\nTwo functions, container engine to container engine");
        EngineOverCurl engine = new EngineOverCurl(socket);
        List<String> references = List.of("localhost/sinter-benchmark-a:latest", "localhost/sinter-benchmark-b:latest");
        String target = "localhost/sinter-benchmark-fused:latest";
        try {
            for (int i = 0; i < 2; i++) {
                Path archive = directory.resolve("engine.tar");
                OtherTools.run(List.of(
                        "skopeo",
                        "copy",
                        "--quiet",
                        "--insecure-policy",
                        "oci:" + layout + ":" + name(i),
                        "docker-archive:" + archive + ":" + references.get(i)));
                try (var in = Files.newInputStream(archive)) {
                    engine.load(in);
                }
                Files.delete(archive);
            }
            List<Member> members = List.of(
                    new Member(name(0), references.get(0), Overrides.NONE, null),
                    new Member(name(1), references.get(1), Overrides.NONE, null));
            Path cache = directory.resolve("cache-engine");
            print("cold: the engine saves both", merge(members, target, cache, engine), 0);
            List<Merged> warm = new ArrayList<>();
            for (int i = 0; i < ROUNDS; i++) {
                engine.remove(target);
                warm.add(merge(members, target, cache, engine));
            }
            print("warm: the engine has what it had, layers known", median(warm), 0);
        } finally {
            for (String reference : List.of(target, references.get(0), references.get(1))) {
                engine.remove(reference);
            }
        }
    }

    private record Merged(double millis, double cpuMillis, MergeResult result, long fileBytes) {}

    private Merged merge(Path layout, int functions, Path cache) throws IOException, InterruptedException {
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < functions; i++) {
            members.add(new Member(name(i), "oci:" + layout + ":" + name(i), Overrides.NONE, null));
        }
        Path target = directory.resolve("target-" + ++targets);
        Merged merged = merge(members, "oci:" + target + ":fused", cache, null);
        long written = OtherTools.bytesOfItsOwn(target);
        OtherTools.run(List.of("rm", "-rf", target.toString()));
        return new Merged(merged.millis(), merged.cpuMillis(), merged.result(), written);
    }

    private static Merged merge(List<Member> members, String target, Path cache, @Nullable EngineImages engine) {
        List<LocalPair> local = members.size() < 2
                ? List.of()
                : List.of(new LocalPair(members.get(0).name(), members.get(1).name()));
        MergeRequest request = new MergeRequest("benchmark", members, local, Tier.IN_PROCESS);
        long cpuStart = PROCESS.getProcessCpuTime();
        long start = System.nanoTime();
        MergeResult result =
                new ImageMerger(MergerSettings.in(cache), engine).merge(request, target, MergeProgress.NONE);
        double millis = (System.nanoTime() - start) / 1e6;
        return new Merged(millis, (PROCESS.getProcessCpuTime() - cpuStart) / 1e6, result, 0);
    }

    private static Merged median(List<Merged> merges) {
        Merged[] sorted = merges.toArray(Merged[]::new);
        Arrays.sort(sorted, (a, b) -> Double.compare(a.millis(), b.millis()));
        return sorted[sorted.length / 2];
    }

    private static void print(String what, Merged merged, int perFunction) {
        System.out.printf(
                "  %-54s %6.0f ms, %6.0f ms processor, new %5.1f of %5.1f MB",
                what,
                merged.millis(),
                merged.cpuMillis(),
                (double) merged.result().bytesWritten() / MB,
                (double) (merged.result().bytesWritten() + merged.result().bytesReused()) / MB);
        if (merged.fileBytes() > 0) {
            System.out.printf(", %.1f MB of files", (double) merged.fileBytes() / MB);
        }
        if (perFunction > 1) {
            System.out.printf(", %.0f ms a function", merged.millis() / perFunction);
        }
        System.out.println();
    }

    private static String name(int number) {
        return "f" + number;
    }
}
