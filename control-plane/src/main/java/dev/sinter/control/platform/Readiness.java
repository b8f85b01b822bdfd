package dev.sinter.control.platform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sinter.control.compose.Service.Healthcheck;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** How to tell that a workload serves. Kept as text in a label, so that a later process can start it again. */
sealed interface Readiness {

    /** Its container listens on these ports; without any it only has to stay up for a moment. */
    record Listening(List<Integer> ports) implements Readiness {}

    /** {@code GET /ready} on this port answers 200. */
    record HttpReady(int port) implements Readiness {}

    /** This program ends with 0 inside the container. */
    record Passing(List<String> argv, long intervalMillis, long timeoutMillis, long allowedMillis)
            implements Readiness {

        static Passing of(Healthcheck check) {
            return new Passing(
                    check.test(),
                    check.interval().toMillis(),
                    check.timeout().toMillis(),
                    check.startPeriod()
                            .plus(check.interval().plus(check.timeout()).multipliedBy(check.retries()))
                            .toMillis());
        }
    }

    /** How long to wait at most. */
    default Duration allowed() {
        return switch (this) {
            case Listening ignored -> Duration.ofSeconds(60);
            case HttpReady ignored -> Duration.ofSeconds(60);
            case Passing passing -> Duration.ofMillis(Math.clamp(passing.allowedMillis(), 10_000, 600_000));
        };
    }

    default String text() {
        return switch (this) {
            case Listening listening ->
                "listening " + listening.ports().stream().map(String::valueOf).collect(Collectors.joining(","));
            case HttpReady http -> "http " + http.port();
            case Passing passing ->
                "passing " + passing.intervalMillis() + " " + passing.timeoutMillis() + " " + passing.allowedMillis()
                        + " " + json(passing.argv());
        };
    }

    /** @throws IllegalArgumentException where {@code text} is none of {@link #text}'s */
    static Readiness parse(String text) {
        List<String> fieldList = Arrays.asList(text.split(" ", 5));
        return switch (fieldList.getFirst()) {
            case "listening" -> new Listening(ports(fieldList.get(1)));
            case "http" -> new HttpReady(Integer.parseInt(fieldList.get(1)));
            case "passing" ->
                new Passing(
                        list(fieldList.get(4)),
                        Long.parseLong(fieldList.get(1)),
                        Long.parseLong(fieldList.get(2)),
                        Long.parseLong(fieldList.get(3)));
            default -> throw new IllegalArgumentException("readiness: " + text);
        };
    }

    static List<Integer> ports(String list) {
        return Arrays.stream(list.split(",", -1))
                .filter(port -> !port.isEmpty())
                .map(Integer::valueOf)
                .toList();
    }

    private static String json(List<String> argv) {
        try {
            return new ObjectMapper().writeValueAsString(argv);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> list(String json) {
        try {
            return new ObjectMapper().readValue(json, new TypeReference<List<String>>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("readiness: " + json, e);
        }
    }
}
