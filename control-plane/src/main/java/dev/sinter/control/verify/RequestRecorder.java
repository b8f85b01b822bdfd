package dev.sinter.control.verify;

import dev.sinter.control.verify.RecordedRequest.HeaderLine;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpPrologue;
import io.helidon.http.Status;
import io.helidon.webserver.ListenerConfig;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Receives copies of the idempotent requests that functions get, and keeps the last distinct ones of each function in
 * memory. It has a port for each function, because a copy says by nothing else whom it was meant for. Requests with a body
 * and methods other than GET and HEAD are answered and forgotten. Thread-safe.
 */
public final class RequestRecorder implements AutoCloseable {

    private final Map<String, RecentRequests> requestsByFunction;
    private final WebServer server;

    private RequestRecorder(Map<String, RecentRequests> requestsByFunction, WebServer server) {
        this.requestsByFunction = requestsByFunction;
        this.server = server;
    }

    /**
     * Listens on a free port for each function.
     *
     * @param address that the functions' proxies reach
     * @throws VerifyException {@code SNT0855} if it cannot be bound
     */
    public static RequestRecorder start(InetAddress address, List<String> functions, RecorderLimits limits) {
        Map<String, RecentRequests> requestsByFunction = new HashMap<>();
        WebServerConfig.Builder server = WebServer.builder()
                .address(InetAddress.getLoopbackAddress())
                .port(0)
                .shutdownHook(false)
                .featuresDiscoverServices(false)
                .routing(routing -> routing.any((request, response) ->
                        response.status(Status.NOT_FOUND_404).send()));
        for (String function : functions) {
            RecentRequests requests = new RecentRequests(limits);
            requestsByFunction.put(function, requests);
            server.putSocket(
                    function,
                    ListenerConfig.builder()
                            .address(address)
                            .port(0)
                            .maxPayloadSize(0)
                            .build());
            server.routing(function, HttpRouting.builder().any((request, response) -> {
                record(request, requests);
                response.status(Status.NO_CONTENT_204).send();
            }));
        }
        WebServer started = server.build().start();
        // Helidon only logs that it could not bind, and starts without that socket.
        if (functions.stream().anyMatch(function -> started.port(function) <= 0)) {
            started.stop();
            throw new VerifyException(
                    "SNT0855",
                    "recorder on " + address.getHostAddress()
                            + ": cannot listen (expected: an address of this machine with " + functions.size()
                            + " free ports)");
        }
        return new RequestRecorder(Map.copyOf(requestsByFunction), started);
    }

    /** Where copies of this function's requests belong. */
    public int port(String function) {
        of(function);
        return server.port(function);
    }

    /** Distinct requests of this function, newest first. */
    public List<RecordedRequest> recorded(String function) {
        return of(function).newestFirst();
    }

    /** Requests of this function that were too large to keep. */
    public long tooLarge(String function) {
        return of(function).tooLarge();
    }

    @Override
    public void close() {
        server.stop();
    }

    private RecentRequests of(String function) {
        RecentRequests requests = requestsByFunction.get(function);
        if (requests == null) {
            throw new IllegalArgumentException(
                    "function: " + function + " (expected: one of " + requestsByFunction.keySet() + ")");
        }
        return requests;
    }

    private static void record(ServerRequest request, RecentRequests requests) {
        HttpPrologue prologue = request.prologue();
        String method = prologue.method().text();
        if (request.content().hasEntity() || !(method.equals("GET") || method.equals("HEAD"))) {
            return;
        }
        String query = prologue.query().rawValue();
        List<HeaderLine> headers = new ArrayList<>();
        for (Header header : request.headers()) {
            if (!header.headerName().equals(HeaderNames.HOST)) {
                header.allValues()
                        .forEach(value ->
                                headers.add(new HeaderLine(header.name().toLowerCase(Locale.ROOT), value)));
            }
        }
        requests.add(new RecordedRequest(
                method,
                prologue.uriPath().rawPath() + (query.isEmpty() ? "" : "?" + query),
                request.headers().value(HeaderNames.HOST).orElse(""),
                headers));
    }
}
