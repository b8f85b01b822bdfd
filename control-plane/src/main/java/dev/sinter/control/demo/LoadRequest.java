package dev.sinter.control.demo;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request of a load, sent again and again.
 *
 * @param path with its query, starting with {@code /}
 * @param headers beside those the client adds
 * @param body null for none
 * @param expectedStatus any other status is a failure
 */
public record LoadRequest(
        String method,
        String path,
        Map<String, String> headers,
        @Nullable String body,
        int expectedStatus) {

    public LoadRequest {
        headers = Map.copyOf(headers);
    }
}
