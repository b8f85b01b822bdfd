package dev.sinter.control.offline;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sinter.planner.graph.PlanningException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object with its path, read key by key: every mistake is a {@code SNT0311} that says where it is.
 *
 * <p>Keys nobody knows are allowed as notes, unless they look like a known one spelt wrong.
 */
final class JsonObject {
    private final String path;
    private final JsonNode node;

    JsonObject(String path, JsonNode node, String... known) {
        this.path = path;
        this.node = node;
        if (!node.isObject()) {
            throw wrong(path, node, "an object", "");
        }
        Iterator<String> names = node.fieldNames();
        while (names.hasNext()) {
            refuseMisspelt(names.next(), List.of(known));
        }
    }

    String text(String key) {
        JsonNode value = required(key, "a text");
        if (!value.isTextual()) {
            throw wrong(at(key), value, "a text", "");
        }
        return value.textValue();
    }

    String text(String key, String missing) {
        return node.hasNonNull(key) ? text(key) : missing;
    }

    double number(String key) {
        JsonNode value = required(key, "a number");
        if (!value.isNumber()) {
            throw wrong(at(key), value, "a number", value.isTextual() ? "Maybe without the quotation marks." : "");
        }
        if (!(value.doubleValue() >= 0) || Double.isInfinite(value.doubleValue())) {
            throw wrong(at(key), value, "a finite number, at least 0", "");
        }
        return value.doubleValue();
    }

    double number(String key, double missing) {
        return node.hasNonNull(key) ? number(key) : missing;
    }

    long whole(String key, long missing) {
        if (!node.hasNonNull(key)) {
            return missing;
        }
        JsonNode value = node.get(key);
        if (!value.isNumber() || value.doubleValue() != Math.rint(value.doubleValue()) || !value.canConvertToLong()) {
            throw wrong(at(key), value, "a whole number", "");
        }
        return value.longValue();
    }

    boolean flag(String key, boolean missing) {
        if (!node.hasNonNull(key)) {
            return missing;
        }
        if (!node.get(key).isBoolean()) {
            throw wrong(at(key), node.get(key), "true or false", "");
        }
        return node.get(key).booleanValue();
    }

    <E extends Enum<E>> E constant(String key, Class<E> type) {
        return constant(at(key), required(key, "one of " + names(type)), type);
    }

    private static <E extends Enum<E>> E constant(String where, JsonNode value, Class<E> type) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(value.textValue())) {
                return constant;
            }
        }
        boolean otherCase =
                value.isTextual() && names(type).contains(value.textValue().toUpperCase(Locale.ROOT));
        throw wrong(where, value, "one of " + names(type), otherCase ? "Maybe in capitals." : "");
    }

    @Nullable
    JsonObject object(String key, String... known) {
        return node.hasNonNull(key) ? new JsonObject(at(key), node.get(key), known) : null;
    }

    List<JsonObject> objects(String key, String... known) {
        List<JsonObject> objects = new ArrayList<>();
        JsonNode list = list(key);
        for (int i = 0; i < list.size(); i++) {
            objects.add(new JsonObject(at(key) + "[" + i + "]", list.get(i), known));
        }
        return objects;
    }

    List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        for (JsonNode element : list(key)) {
            if (!element.isTextual()) {
                throw wrong(at(key), element, "texts", "");
            }
            texts.add(element.textValue());
        }
        return texts;
    }

    /** The two texts of the list {@code key}. */
    List<String> pair(String key) {
        return pair(at(key), required(key, "a list of two names"));
    }

    List<List<String>> pairs(String key) {
        List<List<String>> pairs = new ArrayList<>();
        JsonNode list = list(key);
        for (int i = 0; i < list.size(); i++) {
            pairs.add(pair(at(key) + "[" + i + "]", list.get(i)));
        }
        return pairs;
    }

    private static List<String> pair(String where, JsonNode value) {
        if (!value.isArray()
                || value.size() != 2
                || !value.get(0).isTextual()
                || !value.get(1).isTextual()) {
            throw wrong(where, value, "a list of two names", "");
        }
        return List.of(value.get(0).textValue(), value.get(1).textValue());
    }

    private JsonNode list(String key) {
        JsonNode list = node.path(key);
        if (!list.isArray() && node.hasNonNull(key)) {
            throw wrong(at(key), list, "a list", "");
        }
        return list;
    }

    void requirePresent(String key, String expected) {
        required(key, expected);
    }

    private JsonNode required(String key, String expected) {
        JsonNode value = node.get(key);
        if (value == null || value.isNull()) {
            throw new PlanningException("SNT0311", at(key) + ": missing (expected: " + expected + ")");
        }
        return value;
    }

    private void refuseMisspelt(String key, List<String> known) {
        if (known.contains(key)) {
            return;
        }
        for (String right : known) {
            if (Spelling.distance(key.toLowerCase(Locale.ROOT), right.toLowerCase(Locale.ROOT)) <= 2) {
                throw new PlanningException(
                        "SNT0312", at(key) + ": unknown key (expected: " + known + "). Maybe " + right + ".");
            }
        }
    }

    private String at(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static List<String> names(Class<? extends Enum<?>> type) {
        List<String> names = new ArrayList<>();
        for (Enum<?> constant : type.getEnumConstants()) {
            names.add(constant.name());
        }
        return names;
    }

    private static PlanningException wrong(String where, JsonNode value, String expected, String maybe) {
        String found = value.toString();
        String shown = found.length() > 80 ? found.substring(0, 80) + "…" : found;
        String place = where.isEmpty() ? "document" : where;
        return new PlanningException(
                "SNT0311",
                place + ": " + shown + " (expected: " + expected + ")" + (maybe.isEmpty() ? "" : ". " + maybe));
    }
}
