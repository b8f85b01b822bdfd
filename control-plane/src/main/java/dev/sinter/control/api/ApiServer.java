package dev.sinter.control.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.sinter.control.lifecycle.LifecycleException;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The JSON interface of a running server, on loopback. Everything but {@code /healthz} needs the bearer token that the
 * server leaves in its state directory.
 */
public final class ApiServer implements AutoCloseable {

    /** What a failed request is answered with. */
    record Problem(String code, String message) {}

    private final ControlApi control;
    private final byte[] authorization;
    private final ObjectMapper json = mapper();
    private final WebServer server;

    private ApiServer(ControlApi control, String token, int port) {
        this.control = control;
        this.authorization = ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
        this.server = WebServer.builder()
                .address(InetAddress.getLoopbackAddress())
                .port(port)
                .maxPayloadSize(64 * 1024)
                .shutdownHook(false)
                .routing(this::routes)
                .build();
    }

    /** Starts on a loopback port; 0 takes a free one. */
    public static ApiServer start(ControlApi control, String token, int port) {
        ApiServer api = new ApiServer(control, token, port);
        api.server.start();
        return api;
    }

    /** The mapper behind every answer; clients read with the same one. */
    public static ObjectMapper mapper() {
        return new ObjectMapper()
                .registerModule(new JavaTimeModule())
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);
    }

    /** The port it listens on. */
    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.stop();
    }

    private void routes(HttpRouting.Builder routing) {
        routing.get("/healthz", (request, response) -> response.send("ok\n"));
        get(routing, "/metrics", request -> control.metrics());
        get(routing, "/api/v1/status", request -> control.status());
        get(routing, "/api/v1/groups", request -> control.groups());
        get(routing, "/api/v1/graph", request -> control.graph());
        get(routing, "/api/v1/plan", request -> control.plan());
        get(routing, "/api/v1/groups/{group}/history", request -> control.history(group(request)));
        get(routing, "/api/v1/groups/{group}/size", request -> control.size(group(request)));
        post(routing, "approve", control::approve);
        post(routing, "pause", control::pause);
        post(routing, "resume", control::resume);
        post(routing, "unfuse", control::unfuse);
    }

    private void get(HttpRouting.Builder routing, String path, Function<ServerRequest, Object> answer) {
        routing.get(path, (request, response) -> answer(request, response, () -> answer.apply(request)));
    }

    private void post(HttpRouting.Builder routing, String verb, Function<String, Object> action) {
        routing.post(
                "/api/v1/groups/{group}/" + verb,
                (request, response) -> answer(request, response, () -> action.apply(group(request))));
    }

    private static String group(ServerRequest request) {
        return request.path().pathParameters().get("group");
    }

    private void answer(ServerRequest request, ServerResponse response, Supplier<Object> body) {
        byte[] given =
                request.headers().first(HeaderNames.AUTHORIZATION).orElse("").getBytes(StandardCharsets.UTF_8);
        if (!MessageDigest.isEqual(given, authorization)) {
            send(response.status(Status.UNAUTHORIZED_401), new Problem("SNT0910", "The token is missing or wrong"));
            return;
        }
        try {
            send(response, body.get());
        } catch (LifecycleException e) {
            Status status = e.code().equals("SNT0803") ? Status.NOT_FOUND_404 : Status.CONFLICT_409;
            send(response.status(status), new Problem(e.code(), String.valueOf(e.getMessage())));
        }
    }

    private void send(ServerResponse response, Object body) {
        if (body instanceof String text) {
            response.header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
                    .send(text);
            return;
        }
        try {
            response.header("Content-Type", "application/json").send(json.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("not writable as JSON: " + Map.of("type", body.getClass()), e);
        }
    }
}
