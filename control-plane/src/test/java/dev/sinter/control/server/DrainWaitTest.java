package dev.sinter.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sinter.control.platform.Workload;
import dev.sinter.control.routing.Drain;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The sidecar is a server that counts down the requests it has under way; a real Envoy is asked in {@code SidecarIT}. */
class DrainWaitTest {

    /** Of its own, as the statistics' port is the same for every sidecar. */
    private static final String SIDECAR = "127.0.0.83";

    private static final int STATS_PORT = 15090;

    private final AtomicInteger underWay = new AtomicInteger();
    private final List<Duration> pauses = new ArrayList<>();
    private final Drain drain = new Drain("token");
    private @Nullable HttpServer sidecar;

    @BeforeEach
    void start() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(SIDECAR, STATS_PORT), 0);
        server.createContext("/stats", exchange -> {
            int now = underWay.getAndUpdate(count -> Math.max(0, count - 1));
            byte[] body = ("http.inbound_8080.downstream_rq_active: " + now + "\n").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        sidecar = server;
    }

    @AfterEach
    void stop() {
        drain.close();
        if (sidecar != null) {
            sidecar.stop(0);
        }
    }

    @Test
    void waitsForAllRequests_alsoOfOneThatIsBeingStartedAgain() {
        underWay.set(3);

        waitFor(Duration.ofSeconds(30), workload(false, SIDECAR));

        assertThat(underWay).hasValue(0);
        assertThat(pauses).isEmpty();
    }

    @Test
    void givesUpWhatNeverEnds() {
        underWay.set(1_000_000);

        waitFor(Duration.ofMillis(200), workload(true, SIDECAR));

        assertThat(underWay).hasPositiveValue();
    }

    @Test
    void oneWithoutProxyHasNothingUnderWay() {
        underWay.set(3);

        waitFor(Duration.ofSeconds(30), workload(false, null));

        assertThat(underWay).hasValue(3);
    }

    @Test
    void aSidecarThatDoesNotTell_isGivenTheWholeTime() {
        if (sidecar != null) {
            sidecar.removeContext("/stats");
        }

        waitFor(Duration.ofSeconds(30), workload(true, SIDECAR));

        assertThat(pauses).containsExactly(Duration.ofSeconds(30));
    }

    private void waitFor(Duration longest, Workload workload) {
        new DrainWait(drain, longest, pauses::add).until(List.of(workload));
    }

    private static Workload workload(boolean running, @Nullable String address) {
        return new Workload(
                "fused-g", Workload.Role.FUSED, "g", running, address, List.of(8080), List.of(), "image:1", "sha256:1");
    }
}
