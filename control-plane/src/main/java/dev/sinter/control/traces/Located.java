package dev.sinter.control.traces;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sinter.planner.graph.PlanningException;
import java.util.ArrayList;
import java.util.List;

/** A JSON value and its path, so that a mistake can be found. */
record Located(String path, JsonNode node) {
    private static final int SHOWN = 80;

    Located at(String key) {
        return new Located(path.isEmpty() ? key : path + "." + key, node.path(key));
    }

    boolean has(String key) {
        return node.hasNonNull(key);
    }

    /** Elements of a list; none if the value is missing. */
    List<Located> elements() {
        if (node.isMissingNode() || node.isNull()) {
            return List.of();
        }
        if (!node.isArray()) {
            throw wrong("a list");
        }
        List<Located> elements = new ArrayList<>();
        for (int i = 0; i < node.size(); i++) {
            elements.add(new Located(path + "[" + i + "]", node.get(i)));
        }
        return elements;
    }

    String text() {
        if (!node.isTextual() || node.textValue().isEmpty()) {
            throw wrong("a text");
        }
        return node.textValue();
    }

    String text(String missing) {
        return node.isMissingNode() || node.isNull() ? missing : node.asText();
    }

    /** A number of at least 0, also as the text that 64-bit numbers have in OTLP. */
    double number() {
        try {
            double value = node.isTextual() ? Double.parseDouble(node.textValue()) : node.doubleValue();
            if ((node.isNumber() || node.isTextual()) && value >= 0 && !Double.isInfinite(value)) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw wrong("a number, at least 0");
        }
        throw wrong("a number, at least 0");
    }

    PlanningException wrong(String expected) {
        String found = node.isMissingNode() ? "missing" : node.toString();
        String shown = found.length() > SHOWN ? found.substring(0, SHOWN) + "…" : found;
        return new PlanningException(
                "SNT0313",
                "traces: " + (path.isEmpty() ? "document" : path) + ": " + shown + " (expected: " + expected + ")");
    }
}
