package dev.sinter.control.compose;

import java.util.List;
import java.util.SequencedMap;

/** One value of a Compose file, variables already put in, that knows where it stands. */
sealed interface Value {

    Place place();

    /** @param isNull true for an empty value or {@code null} */
    record Scalar(Place place, String text, boolean isNull) implements Value {}

    record Items(Place place, List<Value> values) implements Value {}

    record Fields(Place place, SequencedMap<String, Value> values) implements Value {}

    default boolean isNull() {
        return this instanceof Scalar scalar && scalar.isNull();
    }

    default String text() {
        if (this instanceof Scalar scalar && !scalar.isNull()) {
            return scalar.text();
        }
        throw place().unexpected(shape(), "a text");
    }

    default List<Value> items() {
        if (this instanceof Items items) {
            return items.values();
        }
        throw place().unexpected(shape(), "a list");
    }

    default SequencedMap<String, Value> fields() {
        if (this instanceof Fields fields) {
            return fields.values();
        }
        throw place().unexpected(shape(), "keys and values");
    }

    /** A list, or one value in place of a list of one. */
    default List<Value> oneOrMore() {
        return this instanceof Items items ? items.values() : List.of(this);
    }

    default boolean bool() {
        return switch (text()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw place().unexpected(text(), "true or false");
        };
    }

    default int integer(int min, int max) {
        try {
            int value = Integer.parseInt(text());
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Said below, as for a number out of range.
        }
        throw place().unexpected(text(), "a whole number from " + min + " to " + max);
    }

    private String shape() {
        return switch (this) {
            case Scalar scalar -> scalar.isNull() ? "nothing" : "`" + scalar.text() + "`";
            case Items ignored -> "a list";
            case Fields ignored -> "keys and values";
        };
    }
}
