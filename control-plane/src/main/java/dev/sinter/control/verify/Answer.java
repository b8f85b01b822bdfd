package dev.sinter.control.verify;

import java.util.List;
import java.util.Map;

/** An answer as it came over the wire. Nothing changes its body after it was read. */
final class Answer {

    private final int status;
    private final Map<String, List<String>> headers;
    private final byte[] body;

    /**
     * @param headers values by name in lower case
     * @param body as much as is compared
     */
    Answer(int status, Map<String, List<String>> headers, byte[] body) {
        this.status = status;
        this.headers = Map.copyOf(headers);
        this.body = body;
    }

    int status() {
        return status;
    }

    Map<String, List<String>> headers() {
        return headers;
    }

    byte[] body() {
        return body;
    }

    /** Of the content type, without parameters; empty where there is none. */
    String mediaType() {
        String type = headers.getOrDefault("content-type", List.of("")).getFirst();
        int parameters = type.indexOf(';');
        return (parameters < 0 ? type : type.substring(0, parameters)).strip();
    }
}
