package dev.sinter.control.verify;

import java.util.List;
import java.util.stream.Collectors;

/**
 * One idempotent request as a function's proxy saw it.
 *
 * @param method {@code GET} or {@code HEAD}
 * @param target path and query, as sent
 * @param host of the Host header
 * @param headers all others, in order; values may be secrets
 */
public record RecordedRequest(String method, String target, String host, List<HeaderLine> headers) {

    public RecordedRequest {
        headers = List.copyOf(headers);
    }

    /** One header, its name in lower case. */
    public record HeaderLine(String name, String value) {}

    /** Bytes it takes, about. */
    long sizeBytes() {
        return target.length()
                + host.length()
                + headers.stream()
                        .mapToLong(header ->
                                header.name().length() + header.value().length())
                        .sum();
    }

    /** Without header values and the query, so that no secret ends up in a log. */
    @Override
    public String toString() {
        return name() + " host=" + host
                + headers.stream().map(HeaderLine::name).collect(Collectors.joining(",", " headers=", ""));
    }

    /** Method and path, for messages. */
    String name() {
        int query = target.indexOf('?');
        return method + " " + (query < 0 ? target : target.substring(0, query) + "?…");
    }
}
