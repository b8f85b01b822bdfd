package dev.sinter.control.demo;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends a load at a constant rate whatever the application does with it (an open loop).
 *
 * <p>Latency counts from the moment a request was due, not from when it was sent, so that a stall is seen by every
 * request it delays. Failed requests are not repeated; what the JDK's client does by itself, opening a new connection
 * where the application had closed an idle one, is no repetition. Each answer's body is compared with the one before
 * fusing. Thread-safe.
 */
public final class LoadGenerator implements AutoCloseable {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private final LoadPlan plan;
    private final List<HttpRequest> requests;
    private final LoadLimits limits;
    private final Clock clock;
    private final LoadBook book;
    private final Semaphore room;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient client;
    private final Thread pacer;
    private volatile boolean stopped;

    private LoadGenerator(LoadPlan plan, URI base, LoadLimits limits, Clock clock) {
        this.plan = plan;
        this.limits = limits;
        this.clock = clock;
        requests = plan.requests().stream()
                .map(request -> httpRequest(base, request, limits.timeout()))
                .toList();
        book = new LoadBook(plan, limits.samplesPerPhase(), System.nanoTime());
        room = new Semaphore(limits.inFlight());
        client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_TIMEOUT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
        pacer = Thread.ofPlatform().name("load").daemon().unstarted(this::pace);
    }

    /**
     * Starts sending at once, in phase {@link Phase#STARTING}.
     *
     * @param base of the service's published port, such as {@code http://127.0.0.1:18080}
     * @throws DemoException {@code SNT1002} where a request of the plan is none
     */
    public static LoadGenerator start(LoadPlan plan, URI base, LoadLimits limits, Clock clock) {
        LoadGenerator generator = new LoadGenerator(plan, base, limits, clock);
        generator.pacer.start();
        return generator;
    }

    /** What is sent from now on counts for {@code phase}. */
    public void enter(Phase phase) {
        book.enter(phase, System.nanoTime());
    }

    /** Whether every request has shown what it answers (or that this varies), which fusing must wait for. */
    public boolean answersKnown() {
        return book.answersKnown();
    }

    public LoadSnapshot snapshot() {
        return book.snapshot(System.nanoTime());
    }

    /** Sends nothing more, waits for the answers under way (at most their timeout) and tells what came of everything. */
    public LoadResult stop() {
        stopped = true;
        LockSupport.unpark(pacer);
        try {
            pacer.join();
            boolean quiet =
                    room.tryAcquire(limits.inFlight(), limits.timeout().toMillis() + 1000, TimeUnit.MILLISECONDS);
            if (quiet) {
                room.release(limits.inFlight());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        threads.shutdownNow();
        client.shutdownNow();
        return book.close(System.nanoTime(), clock.instant());
    }

    @Override
    public void close() {
        stop();
    }

    private void pace() {
        long start = System.nanoTime();
        for (long n = 0; !stopped; n++) {
            long dueNanos = start + (long) (n * 1e9 / plan.ratePerSecond());
            for (long left = dueNanos - System.nanoTime(); left > 0 && !stopped; left = dueNanos - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            if (!stopped) {
                send((int) (n % requests.size()), dueNanos);
            }
        }
    }

    private void send(int index, long dueNanos) {
        Phase phase = book.sent(clock.instant());
        if (room.tryAcquire()) {
            threads.execute(() -> {
                try {
                    exchange(phase, index, dueNanos);
                } finally {
                    room.release();
                }
            });
        } else {
            book.failed(phase, index, "not sent, " + limits.inFlight() + " under way");
        }
    }

    private void exchange(Phase phase, int index, long dueNanos) {
        CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(
                requests.get(index), BodyHandlers.limiting(BodyHandlers.ofByteArray(), limits.bodyBytes()));
        try {
            HttpResponse<byte[]> response = answer.get(limits.timeout().toMillis(), TimeUnit.MILLISECONDS);
            long now = System.nanoTime();
            if (response.statusCode() == plan.requests().get(index).expectedStatus()) {
                book.answered(phase, index, hash(response.body()), now - dueNanos, now);
            } else {
                book.failed(phase, index, "status " + response.statusCode());
            }
        } catch (TimeoutException e) {
            answer.cancel(true);
            book.failed(phase, index, "timeout");
        } catch (InterruptedException e) {
            answer.cancel(true);
            book.failed(phase, index, "cancelled");
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            book.failed(phase, index, cause(e.getCause() == null ? e : e.getCause()));
        }
    }

    private static String cause(Throwable failure) {
        return switch (failure) {
            case HttpTimeoutException e -> "timeout";
            case ConnectException e -> "connection refused";
            case IOException e -> "connection broken";
            default -> "client failed";
        };
    }

    private static HttpRequest httpRequest(URI base, LoadRequest request, Duration timeout) {
        try {
            HttpRequest.Builder builder = HttpRequest.newBuilder(base.resolve(request.path()))
                    .timeout(timeout)
                    .method(
                            request.method(),
                            request.body() == null
                                    ? HttpRequest.BodyPublishers.noBody()
                                    : HttpRequest.BodyPublishers.ofString(request.body()));
            request.headers().forEach(builder::header);
            return builder.build();
        } catch (IllegalArgumentException e) {
            throw new DemoException(
                    "SNT1002",
                    "request " + request.method() + " " + request.path() + ": " + e.getMessage()
                            + " (expected: a method, path and headers that HTTP knows)",
                    e);
        }
    }

    private static String hash(byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
