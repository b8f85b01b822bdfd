package dev.sinter.e2e.pair;

import java.util.Map;

/**
 * What the pair does with a request.
 *
 * @param name for people
 * @param client the library a calls b with
 * @param turns of a loop in each handler, about 40 ns each
 */
record Work(String name, String client, int turns) {

    static final Work HTTP_CLIENT = new Work("http-client", "http.client", 0);
    static final Work REQUESTS = new Work("requests", "requests", 0);
    static final Work COMPUTING = new Work("computing", "http.client", 100_000);

    Map<String, String> environment() {
        return Map.of("CLIENT", client, "WORK", String.valueOf(turns));
    }
}
