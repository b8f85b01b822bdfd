package dev.sinter.control.demo;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The load a demonstration drives, described by {@code load.json} beside an application's Compose file.
 *
 * @param service whose published port gets the requests
 * @param requests sent in turn, the first one again after the last; at least one
 */
public record LoadPlan(String service, double ratePerSecond, List<LoadRequest> requests) {

    private static final double MAX_RATE_PER_SECOND = 10_000;
    private static final int MAX_BYTES = 1 << 20;

    public LoadPlan {
        requests = List.copyOf(requests);
        if (service.isBlank()) {
            throw new DemoException("SNT1002", "service: \"" + service + "\" (expected: a service's name)");
        }
        if (!(ratePerSecond > 0 && ratePerSecond <= MAX_RATE_PER_SECOND)) {
            throw new DemoException(
                    "SNT1002",
                    "ratePerSecond: " + ratePerSecond + " (expected: above 0, at most " + MAX_RATE_PER_SECOND + ")");
        }
        if (requests.isEmpty()) {
            throw new DemoException("SNT1002", "requests: none (expected: at least one)");
        }
        for (LoadRequest request : requests) {
            if (!request.path().startsWith("/")) {
                throw new DemoException(
                        "SNT1002", "path: \"" + request.path() + "\" (expected: a path that starts with \"/\")");
            }
        }
    }

    /**
     * Reads {@code load.json}.
     *
     * @throws DemoException {@code SNT1001} where the file cannot be read, {@code SNT1002} where it makes no sense
     */
    public static LoadPlan read(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new DemoException(
                        "SNT1001",
                        file + ": " + Files.size(file) + " bytes (expected: at most " + MAX_BYTES + " bytes)");
            }
            return new ObjectMapper()
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .readValue(file.toFile(), Document.class)
                    .plan();
        } catch (IOException e) {
            throw new DemoException(
                    "SNT1001",
                    file + ": " + e.getMessage()
                            + " (expected: {\"service\", \"ratePerSecond\", \"requests\": [{\"path\"}]})",
                    e);
        } catch (DemoException e) {
            throw new DemoException(e.code(), file + ": " + e.getMessage(), e);
        }
    }

    /** What the file says; everything may be missing. */
    private record Document(
            @Nullable String service,
            double ratePerSecond,
            @Nullable List<Request> requests) {

        @JsonCreator
        Document {}

        LoadPlan plan() {
            return new LoadPlan(
                    service == null ? "" : service,
                    ratePerSecond,
                    requests == null
                            ? List.of()
                            : requests.stream().map(Request::request).toList());
        }
    }

    private record Request(
            @Nullable String method,
            @Nullable String path,
            @Nullable Map<String, String> headers,
            @Nullable String body,
            @Nullable Integer expectedStatus) {

        @JsonCreator
        Request {}

        LoadRequest request() {
            return new LoadRequest(
                    method == null ? "GET" : method,
                    path == null ? "" : path,
                    headers == null ? Map.of() : headers,
                    body,
                    expectedStatus == null ? 200 : expectedStatus);
        }
    }
}
