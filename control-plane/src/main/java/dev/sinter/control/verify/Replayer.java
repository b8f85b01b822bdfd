package dev.sinter.control.verify;

import dev.sinter.control.verify.RecordedRequest.HeaderLine;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.webclient.api.HttpClientResponse;
import io.helidon.webclient.api.Proxy;
import io.helidon.webclient.http1.Http1Client;
import io.helidon.webclient.http1.Http1ClientRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Asks an original and a fused workload the same and compares what they answer: the original, the fused workload, the
 * original again, so that whatever changes by itself shows. Thread-safe.
 */
public final class Replayer {

    /** Chooses the member of a fused workload that a request is for. */
    private static final String MEMBER = "x-sinter-function";

    private static final Set<String> NOT_REPLAYED = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "transfer-encoding",
            "content-length",
            "te",
            "trailer",
            "upgrade",
            "expect",
            "x-request-id",
            "traceparent",
            "tracestate",
            "b3");
    private static final List<String> NOT_REPLAYED_PREFIXES = List.of("x-envoy-", "x-forwarded-", "x-b3-", "x-sinter-");

    private final ReplayLimits limits;
    private final Http1Client client;

    public Replayer(ReplayLimits limits) {
        this.limits = limits;
        client = Http1Client.builder()
                .connectTimeout(limits.timeout())
                .readTimeout(limits.timeout())
                .followRedirects(false)
                .keepAlive(false)
                .proxy(Proxy.noProxy())
                .shareConnectionCache(false)
                .servicesDiscoverServices(false)
                .build();
    }

    /**
     * Replays the newest of {@code requests}.
     *
     * @param original where the function itself listens
     * @param fused where the fused workload listens
     */
    public VerificationResult replay(
            String function, List<RecordedRequest> requests, InetSocketAddress original, InetSocketAddress fused) {
        List<RecordedRequest> newest = requests.subList(0, Math.min(requests.size(), limits.requests()));
        List<Callable<Outcome>> tasks = newest.stream()
                .<Callable<Outcome>>map(request -> () -> replay(function, request, original, fused))
                .toList();
        List<Outcome> outcomes = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(
                limits.concurrency(), Thread.ofVirtual().factory())) {
            for (Future<Outcome> outcome :
                    threads.invokeAll(tasks, limits.budget().toMillis(), TimeUnit.MILLISECONDS)) {
                outcomes.add(outcome(outcome));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new VerificationResult(
                function,
                newest.size(),
                newest.size()
                        - (int) outcomes.stream().filter(Outcome::conclusive).count(),
                outcomes.stream().filter(Outcome::varies).map(Outcome::request).toList(),
                outcomes.stream()
                        .flatMap(outcome -> outcome.differences().stream())
                        .toList());
    }

    private static Outcome outcome(Future<Outcome> outcome) throws InterruptedException {
        try {
            return outcome.get();
        } catch (CancellationException e) {
            return Outcome.INCONCLUSIVE;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a replay failed by itself", e.getCause());
        }
    }

    private Outcome replay(
            String function, RecordedRequest request, InetSocketAddress original, InetSocketAddress fused) {
        Answer first = ask(request, original, null);
        if (first == null) {
            return Outcome.INCONCLUSIVE;
        }
        Answer fromFused = ask(request, fused, function);
        Answer second = ask(request, original, null);
        if (second == null) {
            return Outcome.INCONCLUSIVE;
        }
        String name = request.name();
        List<Difference> differences = fromFused == null
                ? List.of(new Difference("SNT0854", name, "no answer (expected: status " + first.status() + ")"))
                : Comparison.differences(name, first, second, fromFused);
        return new Outcome(name, true, Comparison.varies(first, second), differences);
    }

    /** Null where there is no answer in time. */
    private @Nullable Answer ask(RecordedRequest request, InetSocketAddress target, @Nullable String member) {
        Http1ClientRequest toSend = client.method(Method.create(request.method()))
                .skipUriEncoding(true)
                .uri("http://" + target.getAddress().getHostAddress() + ":" + target.getPort() + request.target())
                .header(HeaderNames.HOST, request.host());
        request.headers().stream()
                .filter(header -> isReplayed(header.name()))
                .collect(Collectors.groupingBy(
                        HeaderLine::name,
                        LinkedHashMap::new,
                        Collectors.mapping(HeaderLine::value, Collectors.toList())))
                .forEach((name, values) -> toSend.header(HeaderValues.create(HeaderNames.create(name), values)));
        if (member != null) {
            toSend.header(HeaderNames.create(MEMBER), member);
        }
        try (HttpClientResponse response = toSend.request();
                InputStream body = response.inputStream()) {
            Map<String, List<String>> headers = new HashMap<>();
            response.headers()
                    .forEach(header -> headers.put(header.name().toLowerCase(Locale.ROOT), header.allValues()));
            return new Answer(response.status().code(), headers, body.readNBytes(limits.bodyBytes()));
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }

    private static boolean isReplayed(String name) {
        return !NOT_REPLAYED.contains(name) && NOT_REPLAYED_PREFIXES.stream().noneMatch(name::startsWith);
    }

    private record Outcome(String request, boolean conclusive, boolean varies, List<Difference> differences) {
        static final Outcome INCONCLUSIVE = new Outcome("", false, false, List.of());
    }
}
