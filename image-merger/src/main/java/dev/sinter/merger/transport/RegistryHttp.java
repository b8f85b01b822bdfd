package dev.sinter.merger.transport;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sinter.merger.oci.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * HTTP with a registry: credentials only ever go to the registry itself and to where it sends for a token, never along a
 * redirect. Not thread-safe.
 */
final class RegistryHttp implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofMinutes(10);
    private static final int MAX_REDIRECTS = 5;
    private static final Pattern PARAMETER = Pattern.compile("(\\w+)=\"([^\"]*)\"");

    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(15))
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private final RegistryName name;
    private final Credentials credentials;
    private @Nullable String authorization;

    RegistryHttp(RegistryName name, Credentials credentials) {
        this.name = name;
        this.credentials = credentials;
    }

    /** Answers with whatever status comes; the caller closes the body. */
    HttpResponse<InputStream> send(HttpRequest.Builder request) throws IOException {
        HttpResponse<InputStream> response = once(request);
        if (response.statusCode() == 401) {
            String challenge = response.headers().firstValue("www-authenticate").orElse("");
            response.body().close();
            authorize(challenge);
            response = once(request);
        }
        for (int i = 0; i < MAX_REDIRECTS && response.statusCode() / 100 == 3; i++) {
            URI target = response.uri()
                    .resolve(response.headers().firstValue("location").orElse(""));
            response.body().close();
            response = exchange(HttpRequest.newBuilder(target).timeout(TIMEOUT).build());
        }
        return response;
    }

    private HttpResponse<InputStream> once(HttpRequest.Builder request) throws IOException {
        HttpRequest.Builder copy = request.copy().timeout(TIMEOUT);
        if (authorization != null) {
            copy.setHeader("Authorization", authorization);
        }
        return exchange(copy.build());
    }

    private HttpResponse<InputStream> exchange(HttpRequest request) throws IOException {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("merge cancelled");
        }
    }

    private void authorize(String challenge) throws IOException {
        String account = credentials.of(name.host());
        String basic = account == null
                ? null
                : "Basic " + Base64.getEncoder().encodeToString(account.getBytes(StandardCharsets.UTF_8));
        if (!challenge.regionMatches(true, 0, "Bearer", 0, 6)) {
            authorization = basic;
            return;
        }
        String realm = parameter(challenge, "realm");
        String service = URLEncoder.encode(parameter(challenge, "service"), StandardCharsets.UTF_8);
        String scope = URLEncoder.encode(parameter(challenge, "scope"), StandardCharsets.UTF_8);
        URI token = URI.create(realm + (realm.contains("?") ? "&" : "?") + "service=" + service + "&scope=" + scope);
        HttpRequest.Builder request = HttpRequest.newBuilder(token).timeout(TIMEOUT);
        if (basic != null) {
            request.header("Authorization", basic);
        }
        HttpResponse<InputStream> response = exchange(request.build());
        try (InputStream body = response.body()) {
            if (response.statusCode() != 200) {
                throw new IOException("registry " + name.host() + ": no token, status " + response.statusCode()
                        + " (expected: 200). Maybe log in first.");
            }
            JsonNode document = Json.readObject(body.readNBytes(1 << 20), "token");
            authorization = "Bearer "
                    + document.path("token")
                            .asText(document.path("access_token").asText(""));
        }
    }

    private static String parameter(String challenge, String key) {
        Matcher matcher = PARAMETER.matcher(challenge);
        while (matcher.find()) {
            if (matcher.group(1).equals(key)) {
                return matcher.group(2);
            }
        }
        return "";
    }

    @Override
    public void close() {
        client.close();
    }
}
