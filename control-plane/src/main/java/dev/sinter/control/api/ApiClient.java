package dev.sinter.control.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Talks to a running server's JSON interface. Thread-safe. */
public final class ApiClient {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final ObjectMapper json = ApiServer.mapper();
    private final ServerEndpoint endpoint;

    public ApiClient(ServerEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    /**
     * What the server answers to a GET of {@code path}.
     *
     * @throws ApiException with the server's own code, or {@code SNT0911} if it does not answer
     */
    public JsonNode get(String path) {
        return send(request(path).GET().build());
    }

    /** What the server answers to a POST to {@code path} without a body; fails as {@link #get}. */
    public JsonNode post(String path) {
        return send(request(path).POST(HttpRequest.BodyPublishers.noBody()).build());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + endpoint.port() + path))
                .timeout(TIMEOUT)
                .header("Authorization", "Bearer " + endpoint.token());
    }

    private JsonNode send(HttpRequest request) {
        try {
            HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            JsonNode body = json.readTree(response.body());
            if (response.statusCode() != 200) {
                throw new ApiException(
                        body.path("code").asText("SNT0911"),
                        body.path("message").asText("status " + response.statusCode()));
            }
            return body;
        } catch (IOException e) {
            throw new ApiException(
                    "SNT0911",
                    "server of application " + endpoint.application() + ": no answer on port " + endpoint.port() + " ("
                            + e.getMessage()
                            + "). Maybe it was killed: 'sinter up' resumes it, 'sinter down' cleans up");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ApiException("SNT0911", "interrupted while waiting for the server");
        }
    }
}
