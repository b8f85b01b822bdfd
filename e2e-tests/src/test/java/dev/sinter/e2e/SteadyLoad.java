package dev.sinter.e2e;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** GETs of one URL at an even rate, whatever becomes of the earlier ones. */
final class SteadyLoad implements AutoCloseable {

    /** A request that was not answered as it should be, and when it was sent. */
    record Failure(Instant sent, String what) {}

    private final List<Failure> failures = new CopyOnWriteArrayList<>();
    private final AtomicLong answered = new AtomicLong();
    private final ScheduledExecutorService pacer = Executors.newScheduledThreadPool(1);
    private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient http = HttpClient.newHttpClient();
    private final URI url;
    private final String expected;

    private final ScheduledFuture<?> pace;

    private SteadyLoad(String url, Duration interval, String expected) {
        this.url = URI.create(url);
        this.expected = expected;
        this.pace = pacer.scheduleAtFixedRate(
                () -> requests.execute(this::request), 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** @param expected what every answer is to contain */
    static SteadyLoad on(String url, Duration interval, String expected) {
        return new SteadyLoad(url, interval, expected);
    }

    /** Those since the start, or since they were forgotten. */
    List<Failure> failures() {
        return List.copyOf(failures);
    }

    void forgetFailures() {
        failures.clear();
    }

    long answered() {
        return answered.get();
    }

    @Override
    public void close() {
        pace.cancel(false);
        pacer.shutdownNow();
        requests.shutdownNow();
        http.shutdownNow();
    }

    private void request() {
        Instant sent = Instant.now();
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(url).timeout(Duration.ofSeconds(20)).build();
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() == 200 && response.body().contains(expected)) {
                answered.incrementAndGet();
            } else {
                failures.add(new Failure(sent, response.statusCode() + " " + response.body()));
            }
        } catch (IOException e) {
            failures.add(new Failure(sent, e.toString()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
