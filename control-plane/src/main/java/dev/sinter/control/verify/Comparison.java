package dev.sinter.control.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Compares a fused workload's answer with two answers of the original. Whatever the original's own two answers disagree
 * about varies by itself and is compared in kind only.
 */
final class Comparison {

    /**
     * Headers that differ between two answers of one server, or that a proxy, not a function, writes: they say nothing
     * about a function. Framing ({@code content-length}, {@code transfer-encoding}) is compared through the body.
     */
    private static final Set<String> VOLATILE = Set.of(
            "date",
            "age",
            "server",
            "via",
            "x-request-id",
            "x-envoy-upstream-service-time",
            "x-envoy-decorator-operation",
            "connection",
            "keep-alive",
            "transfer-encoding",
            "content-length");

    private Comparison() {}

    /** Whether the original's own answers to one request disagree, volatile headers apart. */
    static boolean varies(Answer first, Answer second) {
        return first.status() != second.status()
                || !Arrays.equals(first.body(), second.body())
                || !varyingHeaders(first, second).isEmpty();
    }

    static List<Difference> differences(String request, Answer first, Answer second, Answer fused) {
        List<Difference> differences = new ArrayList<>();
        if (fused.status() != first.status() && fused.status() != second.status()) {
            differences.add(new Difference(
                    "SNT0851",
                    request,
                    "status: " + fused.status() + " (expected: " + first.status() + ", as the original)"));
        }
        Set<String> varying = varyingHeaders(first, second);
        Map<String, List<String>> expected = first.headers();
        for (String name : names(expected, fused.headers())) {
            boolean same = varying.contains(name)
                    ? expected.containsKey(name) == fused.headers().containsKey(name)
                            || second.headers().containsKey(name)
                                    == fused.headers().containsKey(name)
                    : expected.getOrDefault(name, List.of())
                            .equals(fused.headers().getOrDefault(name, List.of()));
            if (!same) {
                differences.add(new Difference(
                        "SNT0852",
                        request,
                        "header " + name + ": "
                                + (fused.headers().containsKey(name)
                                        ? expected.containsKey(name) ? "another value" : "present"
                                        : "missing")
                                + " (expected: as the original)"));
            }
        }
        boolean bodyVaries = !Arrays.equals(first.body(), second.body());
        String body = bodyVaries ? Bodies.shapeDifference(first, fused) : Bodies.difference(first, fused);
        if (body != null) {
            differences.add(
                    new Difference("SNT0853", request, "body: differs " + body + " (expected: as the original)"));
        }
        return differences;
    }

    private static Set<String> varyingHeaders(Answer first, Answer second) {
        Set<String> names = names(first.headers(), second.headers());
        names.removeIf(name -> first.headers()
                .getOrDefault(name, List.of())
                .equals(second.headers().getOrDefault(name, List.of())));
        return names;
    }

    private static Set<String> names(Map<String, List<String>> first, Map<String, List<String>> second) {
        Set<String> names = new TreeSet<>(first.keySet());
        names.addAll(second.keySet());
        names.removeAll(VOLATILE);
        return names;
    }
}
