package dev.sinter.control.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import dev.sinter.control.verify.RecordedRequest.HeaderLine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ReplayerTest {

    private static final RecordedRequest REQUEST = new RecordedRequest(
            "GET",
            "/x%2Fy?n=1&m=%20a",
            "b:8080",
            List.of(
                    new HeaderLine("cookie", "k=v"),
                    new HeaderLine("accept", "text/plain"),
                    new HeaderLine("accept", "text/html"),
                    new HeaderLine("traceparent", "00-1-2-01"),
                    new HeaderLine("x-request-id", "7"),
                    new HeaderLine("x-forwarded-proto", "http"),
                    new HeaderLine("connection", "close")));

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<HttpServer> servers = new ArrayList<>();
    private final Replayer replayer = new Replayer(ReplayLimits.DEFAULT);

    @AfterEach
    void stop() {
        servers.forEach(server -> server.stop(0));
        threads.shutdownNow();
    }

    @Test
    void asksBothSidesAsRecordedAndTheFusedOneForTheMember() throws IOException {
        ConcurrentLinkedQueue<Seen> original = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<Seen> fused = new ConcurrentLinkedQueue<>();

        VerificationResult result = replayer.replay(
                "b", List.of(REQUEST), serve(seen -> note(original, seen)), serve(seen -> note(fused, seen)));

        assertThat(result).isEqualTo(new VerificationResult("b", 1, 0, List.of(), List.of()));
        assertThat(original).hasSize(2).allSatisfy(seen -> {
            assertThat(seen.target()).isEqualTo(REQUEST.target());
            assertThat(seen.headers()).containsEntry("Host", List.of("b:8080"));
            assertThat(seen.headers()).containsEntry("Cookie", List.of("k=v"));
            assertThat(String.join(",", seen.headers().get("Accept"))).isEqualTo("text/plain,text/html");
            assertThat(seen.headers())
                    .doesNotContainKeys("Traceparent", "X-request-id", "X-forwarded-proto", "X-sinter-function");
        });
        assertThat(fused).singleElement().satisfies(seen -> {
            assertThat(seen.headers()).containsEntry("X-sinter-function", List.of("b"));
            assertThat(seen.headers()).containsEntry("Host", List.of("b:8080"));
        });
    }

    @Test
    void findsAnotherAnswer() throws IOException {
        VerificationResult result =
                replayer.replay("b", List.of(REQUEST), serve(seen -> "right"), serve(seen -> "wrong"));

        assertThat(result.equal()).isFalse();
        assertThat(result.differences()).extracting(Difference::code).containsExactly("SNT0853");
        assertThat(result.differences().getFirst().request()).isEqualTo("GET /x%2Fy?…");
    }

    @Test
    void saysThatAFunctionVariesByItselfAndComparesItsShape() throws IOException {
        AtomicInteger count = new AtomicInteger();

        VerificationResult result = replayer.replay(
                "b", List.of(REQUEST), serve(seen -> "at " + count.incrementAndGet()), serve(seen -> "at 99"));

        assertThat(result.equal()).isTrue();
        assertThat(result.varying()).containsExactly("GET /x%2Fy?…");
    }

    @Test
    void blamesAFusedWorkloadThatDoesNotAnswer() throws IOException {
        VerificationResult result = replayer.replay("b", List.of(REQUEST), serve(seen -> "right"), nobody());

        assertThat(result.differences()).extracting(Difference::code).containsExactly("SNT0854");
    }

    @Test
    void blamesNobodyWhereTheOriginalDoesNotAnswer() throws IOException {
        VerificationResult result = replayer.replay("b", List.of(REQUEST), nobody(), serve(seen -> "right"));

        assertThat(result).isEqualTo(new VerificationResult("b", 1, 1, List.of(), List.of()));
    }

    @Test
    void replaysTheNewestOnly() throws IOException {
        ConcurrentLinkedQueue<Seen> original = new ConcurrentLinkedQueue<>();
        List<RecordedRequest> many = IntStream.range(0, 20)
                .mapToObj(n -> new RecordedRequest("GET", "/" + n, "b", List.of()))
                .toList();

        VerificationResult result =
                replayer.replay("b", many, serve(seen -> note(original, seen)), serve(seen -> "fine"));

        assertThat(result.replayed()).isEqualTo(8);
        assertThat(original).extracting(Seen::target).containsOnly("/0", "/1", "/2", "/3", "/4", "/5", "/6", "/7");
    }

    @Test
    void givesUpWhenTheTimeIsOver() throws IOException {
        CountDownLatch never = new CountDownLatch(1);
        Replayer hasty = new Replayer(new ReplayLimits(8, 4, Duration.ofSeconds(30), Duration.ofMillis(300), 1000));
        InetSocketAddress stuck = serve(seen -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return "late";
        });

        VerificationResult result = hasty.replay("b", List.of(REQUEST), stuck, serve(seen -> "fine"));

        assertThat(result.inconclusive()).isEqualTo(1);
    }

    private InetSocketAddress serve(Function<Seen, String> answer) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] body = answer.apply(new Seen(exchange.getRequestURI().toString(), exchange.getRequestHeaders()))
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "text/plain");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.setExecutor(threads);
        server.start();
        servers.add(server);
        return server.getAddress();
    }

    private static InetSocketAddress nobody() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
        }
    }

    private static String note(ConcurrentLinkedQueue<Seen> queue, Seen seen) {
        queue.add(seen);
        return "fine";
    }

    private record Seen(String target, Headers headers) {}
}
