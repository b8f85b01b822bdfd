package dev.sinter.control.routing;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Constant load from a number of clients until closed; counts what answered and keeps what failed. */
final class Load implements AutoCloseable {
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final Map<String, AtomicInteger> answers = new ConcurrentHashMap<>();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final List<Thread> clients;
    private volatile boolean over;

    private Load(URI uri, int clients) {
        this.clients = java.util.stream.IntStream.range(0, clients)
                .mapToObj(number -> Thread.ofVirtual().start(() -> send(uri)))
                .toList();
    }

    static Load on(URI uri, int clients) {
        return new Load(uri, clients);
    }

    private void send(URI uri) {
        HttpRequest request = HttpRequest.newBuilder(uri)
                .timeout(Duration.ofSeconds(30))
                .POST(HttpRequest.BodyPublishers.ofString("work"))
                .build();
        while (!over) {
            try {
                HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
                if (response.statusCode() == 200) {
                    answers.computeIfAbsent(response.body(), name -> new AtomicInteger())
                            .incrementAndGet();
                } else {
                    failures.add(response.statusCode() + " " + response.body());
                }
                Thread.sleep(5);
            } catch (IOException e) {
                failures.add(e.toString());
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    int answersOf(String name) {
        AtomicInteger count = answers.get(name);
        return count == null ? 0 : count.get();
    }

    List<String> failures() {
        return failures;
    }

    @Override
    public void close() {
        over = true;
        for (Thread thread : clients) {
            try {
                thread.join(Duration.ofSeconds(35));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        client.close();
    }
}
