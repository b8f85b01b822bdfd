package dev.sinter.e2e.pair;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.DoublePredicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What fusing two small functions saves on this machine, and what it must: requests a second, and memory, of the pair as two
 * containers with nothing between them, and fused by each tier that Python has. Every round starts every way anew, one after the
 * other. Run by {@code mvn -Ppair-benchmark}, see the README; arguments: rounds, seconds of load, names of works ({@code memory}
 * among them; all where none is named).
 */
public final class PairBenchmark {

    private static final String MEMORY = "memory";
    private static final int CLIENTS = 4;
    private static final int REQUESTS_PER_CLIENT = 250;
    private static final int WARM_UP_SECONDS = 1;
    private static final List<Work> WORKS = List.of(Work.HTTP_CLIENT, Work.REQUESTS, Work.COMPUTING);
    private static final List<Way> WAYS = List.of(Way.ALONE, Way.IN_PROCESS, Way.FORKED);

    private final PairContainers pair;
    private final int rounds;

    private PairBenchmark(PairContainers pair, int rounds) {
        this.pair = pair;
        this.rounds = rounds;
    }

    public static void main(String[] arguments) throws Exception {
        List<String> asked = List.of(arguments);
        int rounds = asked.isEmpty() ? 3 : Integer.parseInt(asked.getFirst());
        int seconds = asked.size() < 2 ? 4 : Integer.parseInt(asked.get(1));
        List<String> names = asked.stream().skip(2).toList();
        Wrk.ensure();
        Path cache = Files.createTempDirectory("sinter-pair-benchmark");
        try (PairContainers pair = new PairContainers(Path.of("pair", "compose.yaml"), WORKS, cache)) {
            PairBenchmark benchmark = new PairBenchmark(pair, rounds);
            System.out.printf("%-24s %-15s %9s  %s%n", "", "", "median", "of two containers (each round)");
            for (Work work : WORKS) {
                if (names.isEmpty() || names.contains(work.name())) {
                    benchmark.throughput(work, seconds);
                }
            }
            if (names.isEmpty() || names.contains(MEMORY)) {
                benchmark.memory();
            }
        } finally {
            remove(cache);
        }
    }

    private void throughput(Work work, int seconds) throws Exception {
        Map<Way, Samples> rates = rounds(work, containers -> {
            Wrk.rate(PairContainers.PORT, WARM_UP_SECONDS);
            return Wrk.rate(PairContainers.PORT, seconds);
        });
        boolean computes = work.turns() > 0;
        print("requests/s " + work.name(), rates, way -> {
            if (computes) {
                return way.equals(Way.FORKED) ? new Target("at least 1.00", ratio -> ratio >= 1) : null;
            }
            return new Target("at least 2.00", ratio -> ratio >= 2);
        });
    }

    private void memory() throws Exception {
        Map<Way, Samples> sizes = rounds(Work.REQUESTS, containers -> {
            sendRequests();
            double sum = 0;
            for (String container : containers) {
                for (ProcessHandle process : pair.processes(container)) {
                    double size = ProportionalSize.mebibytes(List.of(process));
                    System.err.printf(
                            "%6.1f MiB  %s%n",
                            size, process.info().commandLine().orElse(""));
                    sum += size;
                }
            }
            return sum;
        });
        print(
                "MiB (PSS)",
                sizes,
                way -> way.equals(Way.IN_PROCESS)
                        ? new Target("at most 0.60", ratio -> ratio <= 0.60)
                        : new Target("at most 0.75", ratio -> ratio <= 0.75));
    }

    private Map<Way, Samples> rounds(Work work, Measurement measurement) throws Exception {
        Map<Way, List<Double>> found = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (Way way : WAYS) {
                List<String> containers = pair.run(work, way);
                try {
                    found.computeIfAbsent(way, key -> new ArrayList<>()).add(measurement.of(containers));
                } finally {
                    pair.stop(containers);
                }
            }
        }
        Map<Way, Samples> samples = new LinkedHashMap<>();
        found.forEach((way, values) -> samples.put(way, new Samples(values)));
        return samples;
    }

    private static void print(String what, Map<Way, Samples> found, Targets targets) {
        Samples alone = found.getOrDefault(Way.ALONE, new Samples(List.of()));
        found.forEach((way, samples) -> {
            System.out.printf("%-24s %-15s %9.1f", what, way.name(), samples.median());
            if (way.tier() != null) {
                Samples ratios = samples.over(alone);
                System.out.printf("  %.2f (%.2f to %.2f)", ratios.median(), ratios.least(), ratios.most());
                Target target = targets.of(way);
                if (target != null) {
                    System.out.printf("  %s: %s", target.text(), target.met().test(ratios.median()) ? "met" : "MISSED");
                }
            }
            System.out.println();
        });
    }

    /** The same number for every way, from several clients at once. */
    private static void sendRequests() throws InterruptedException, ExecutionException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + PairContainers.PORT + "/"))
                .version(HttpClient.Version.HTTP_1_1)
                .header("x-sinter-function", "a")
                .build();
        try (HttpClient client = HttpClient.newHttpClient();
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int number = 0; number < CLIENTS; number++) {
                running.add(clients.submit(() -> {
                    for (int sent = 0; sent < REQUESTS_PER_CLIENT; sent++) {
                        String answer =
                                client.send(request, BodyHandlers.ofString()).body();
                        if (!answer.equals("b!")) {
                            throw new IllegalStateException("answer: " + answer + " (expected: b!)");
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        }
    }

    private static void remove(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private record Target(String text, DoublePredicate met) {}

    private interface Targets {
        @Nullable
        Target of(Way way);
    }

    private interface Measurement {
        double of(List<String> containers) throws Exception;
    }
}
