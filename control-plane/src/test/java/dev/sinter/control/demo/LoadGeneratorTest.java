package dev.sinter.control.demo;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class LoadGeneratorTest {

    private static final LoadRequest ONE = new LoadRequest("GET", "/?n=1", Map.of(), null, 200);
    private static final LoadRequest TWO = new LoadRequest("GET", "/?n=2", Map.of(), null, 200);
    private static final LoadPlan PLAN = new LoadPlan("a", 50, List.of(ONE, TWO));

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private HttpServer server;
    private volatile HttpHandler handler =
            exchange -> answer(exchange, 200, exchange.getRequestURI().getQuery());

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> handler.handle(exchange));
        server.setExecutor(threads);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void countsEveryRequestForThePhaseItWasSentIn() {
        try (LoadGenerator load = start(PLAN, LoadLimits.DEFAULT)) {
            await().until(load::answersKnown);
            load.enter(Phase.BEFORE);
            long before = load.snapshot().sent();
            await().until(() -> load.snapshot().sent() > before + 10);
            load.enter(Phase.FUSING);
            LoadResult result = load.stop();

            assertThat(result.failed()).isZero();
            assertThat(result.differing()).isZero();
            assertThat(result.varying()).isEmpty();
            PhaseLoad measured = phase(result, Phase.BEFORE);
            assertThat(measured.requests()).isGreaterThan(10).isEqualTo(measured.succeeded());
            assertThat(measured.latencyMs().p50()).isPositive();
            assertThat(measured.ratePerSecond()).isPositive();
            assertThat(result.phases()).doesNotContainKey(Phase.AFTER);
            assertThat(result.requests()).isEqualTo(load.snapshot().sent());
        }
    }

    @Test
    void seesOneAnswerThatIsAnotherThanBeforeFusing() {
        try (LoadGenerator load = start(PLAN, LoadLimits.DEFAULT)) {
            await().until(load::answersKnown);
            load.enter(Phase.FUSING);
            handler = exchange -> answer(exchange, 200, "from the wrong callee");
            await().until(() -> load.snapshot().differing() > 0);
            LoadResult result = load.stop();

            assertThat(phase(result, Phase.FUSING).differing()).isPositive();
            assertThat(result.failed()).isZero();
            assertThat(result.examples()).first().asString().contains("/?n=", "another body");
        }
    }

    @Test
    void countsAnUnexpectedStatusAsFailedByItsCause() {
        handler = exchange -> answer(exchange, 503, "no");
        try (LoadGenerator load = start(PLAN, LoadLimits.DEFAULT)) {
            await().until(() -> load.snapshot().failed() > 2);
            LoadResult result = load.stop();

            PhaseLoad starting = phase(result, Phase.STARTING);
            assertThat(starting.failures()).containsOnlyKeys("status 503");
            assertThat(starting.requests()).isEqualTo(starting.failed());
            assertThat(load.answersKnown()).isFalse();
        }
    }

    @Test
    void countsAConnectionThatTheServerCutsAsFailed() {
        handler = HttpExchange::close;
        try (LoadGenerator load = start(PLAN, LoadLimits.DEFAULT)) {
            await().until(() -> load.snapshot().failed() > 2);

            assertThat(phase(load.stop(), Phase.STARTING).failures()).containsOnlyKeys("connection broken");
        }
    }

    @Test
    void countsRefusedConnectionsAsFailed() {
        server.stop(0);
        try (LoadGenerator load = start(PLAN, LoadLimits.DEFAULT)) {
            await().until(() -> load.snapshot().failed() > 2);

            assertThat(phase(load.stop(), Phase.STARTING).failures()).containsOnlyKeys("connection refused");
        }
    }

    @Test
    void neitherWaitsForAStalledServerNorFloodsIt() {
        CountDownLatch released = new CountDownLatch(1);
        handler = exchange -> {
            try {
                released.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            answer(exchange, 200, "late");
        };
        LoadLimits limits = new LoadLimits(3, Duration.ofSeconds(20), 1000, 1000);
        try (LoadGenerator load = start(PLAN, limits)) {
            await().until(() -> load.snapshot().failed() > 2);
            assertThat(load.snapshot().inFlight()).isEqualTo(3);
            released.countDown();

            PhaseLoad starting = phase(load.stop(), Phase.STARTING);
            assertThat(starting.failures()).containsOnlyKeys("not sent, 3 under way");
            assertThat(starting.succeeded()).isGreaterThanOrEqualTo(3);
        }
    }

    @Test
    void givesUpOnAnAnswerWhoseBodyNeverEnds() {
        CountDownLatch released = new CountDownLatch(1);
        handler = exchange -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write(1);
            exchange.getResponseBody().flush();
            try {
                released.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        LoadLimits limits = new LoadLimits(1000, Duration.ofMillis(200), 1000, 1000);
        try (LoadGenerator load = start(PLAN, limits)) {
            await().until(() -> load.snapshot().failed() > 0);

            assertThat(phase(load.stop(), Phase.STARTING).failures()).containsKey("timeout");
            released.countDown();
        }
    }

    @Test
    void refusesARequestThatIsNone() {
        LoadPlan plan = new LoadPlan("a", 1, List.of(new LoadRequest("GET", "/", Map.of("no good", "x"), null, 200)));

        assertThatThrownBy(() -> start(plan, LoadLimits.DEFAULT))
                .isInstanceOfSatisfying(
                        DemoException.class, e -> assertThat(e.code()).isEqualTo("SNT1002"));
    }

    private LoadGenerator start(LoadPlan plan, LoadLimits limits) {
        URI base = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        return LoadGenerator.start(plan, base, limits, Clock.systemUTC());
    }

    private static PhaseLoad phase(LoadResult result, Phase phase) {
        return requireNonNull(result.phases().get(phase), phase::name);
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
