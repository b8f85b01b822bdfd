package dev.sinter.control.routing;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Tells when a workload that gets no new requests has finished the old ones, by asking its sidecar. Thread-safe. */
public final class Drain implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final int QUIET_READINGS = 3;
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(2);

    private final String token;
    private final int statsPort;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(ANSWER_TIMEOUT)
            .build();

    /** @param token the telemetry target's */
    public Drain(String token) {
        this(token, Capture.STATS_PORT);
    }

    Drain(String token, int statsPort) {
        this.token = token;
        this.statsPort = statsPort;
    }

    /**
     * Returns whether the sidecar has had nothing under way for three readings in a row, 100 ms apart; false when time is
     * up, as with an open WebSocket. A sidecar that refuses connections is not running, hence idle.
     *
     * @param address the workload's IP address
     * @throws RoutingException SNT0713 if the sidecar does not tell
     */
    public boolean awaitIdle(String address, int appPort, Duration timeout)
            throws RoutingException, InterruptedException {
        long deadlineNanos = System.nanoTime() + timeout.toNanos();
        int quietReadings = 0;
        while (quietReadings < QUIET_READINGS) {
            quietReadings = underWay(address, appPort) == 0 ? quietReadings + 1 : 0;
            if (System.nanoTime() - deadlineNanos > 0) {
                return false;
            }
            Thread.sleep(PAUSE);
        }
        return true;
    }

    /** Requests and plain TCP connections that the sidecar at an address is passing on to its app now. */
    long underWay(String address, int appPort) throws RoutingException, InterruptedException {
        String requests = "http\\.inbound_" + appPort + "\\.downstream_rq_active";
        String connections = "tcp\\.inbound.*" + appPort + ".*downstream_cx_active";
        String filter = URLEncoder.encode("^(" + requests + "|" + connections + ")$", StandardCharsets.UTF_8);
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://" + address + ":" + statsPort + "/stats?filter=" + filter))
                .timeout(ANSWER_TIMEOUT)
                .header("x-sinter-token", token)
                .build();
        try {
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw unreadable(address, "status " + response.statusCode());
            }
            return response.body()
                    .lines()
                    .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        } catch (ConnectException e) {
            return 0;
        } catch (IOException e) {
            throw unreadable(address, e.toString());
        }
    }

    private RoutingException unreadable(String address, String found) {
        return new RoutingException(
                "SNT0713",
                "sidecar at " + address + ":" + statsPort + ": " + found
                        + " (expected: its statistics). Maybe it has no configuration yet.");
    }

    @Override
    public void close() {
        client.close();
    }
}
