package dev.sinter.control.compose;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts variables into texts as Compose does: {@code $NAME}, {@code ${NAME}} with {@code :-}, {@code -}, {@code :?},
 * {@code ?}, {@code :+} and {@code +}, nested; {@code $$} is a dollar sign.
 */
final class Interpolation {

    private static final int MAX_TEXT = 1 << 16;
    private static final List<String> OPERATORS = List.of(":-", ":?", ":+", "-", "?", "+");

    private final Map<String, String> variables;
    private final Set<String> warningSet = new LinkedHashSet<>();

    Interpolation(Map<String, String> variables) {
        this.variables = variables;
    }

    /** One line for each variable that was not set and had no default. */
    List<String> warnings() {
        return List.copyOf(warningSet);
    }

    String apply(String text, Place place) {
        return text.indexOf('$') < 0 ? text : new Scan(text, place).all();
    }

    private final class Scan {
        private final String text;
        private final Place place;
        private int at;

        private Scan(String text, Place place) {
            this.text = text;
            this.place = place;
        }

        private String all() {
            String result = until("", 0);
            if (result.length() > MAX_TEXT) {
                throw place.error(
                        "SNT0504",
                        place.path() + ": longer than " + MAX_TEXT + " characters once its"
                                + " variables are put in (expected: shorter).");
            }
            return result;
        }

        /** Reads up to the first of {@code ends} outside an expression, or to the end where {@code ends} is empty. */
        private String until(String ends, int depth) {
            if (depth > 16) {
                throw place.error("SNT0504", place.path() + ": `" + text + "` nests too deep (expected: up to 16).");
            }
            StringBuilder result = new StringBuilder();
            while (at < text.length() && ends.indexOf(text.charAt(at)) < 0) {
                char c = text.charAt(at++);
                if (c != '$') {
                    result.append(c);
                } else if (at < text.length() && text.charAt(at) == '$') {
                    at++;
                    result.append('$');
                } else if (at < text.length() && text.charAt(at) == '{') {
                    at++;
                    result.append(braced(depth + 1));
                } else {
                    result.append(plain());
                }
            }
            return result.toString();
        }

        private String plain() {
            String name = name();
            if (name.isEmpty()) {
                throw malformed();
            }
            return valueOrWarning(name);
        }

        private String braced(int depth) {
            String name = name();
            String operator = operator();
            String argument = operator.isEmpty() ? "" : until("}", depth);
            if (name.isEmpty() || at >= text.length() || text.charAt(at) != '}') {
                throw malformed();
            }
            at++;
            if (operator.isEmpty()) {
                return valueOrWarning(name);
            }
            @Nullable String value = variables.get(name);
            boolean given = value != null && !(operator.startsWith(":") && value.isEmpty());
            return switch (operator.charAt(operator.length() - 1)) {
                case '-' -> given && value != null ? value : argument;
                case '+' -> given ? argument : "";
                default -> {
                    if (given && value != null) {
                        yield value;
                    }
                    throw place.error(
                            "SNT0504",
                            place.path() + ": variable " + name + " is not set (expected: "
                                    + (argument.isEmpty() ? "a value" : argument) + "). Set it in the environment or"
                                    + " in .env beside the file.");
                }
            };
        }

        private String name() {
            int start = at;
            while (at < text.length() && isNamePart(text.charAt(at), at == start)) {
                at++;
            }
            return text.substring(start, at);
        }

        private String operator() {
            for (String operator : OPERATORS) {
                if (text.startsWith(operator, at)) {
                    at += operator.length();
                    return operator;
                }
            }
            return "";
        }

        private String valueOrWarning(String name) {
            String value = variables.get(name);
            if (value == null) {
                warningSet.add(place.file() + ":" + place.line() + ": variable " + name
                        + " is not set; an empty text stands in for it.");
            }
            return value == null ? "" : value;
        }

        private ComposeException malformed() {
            return place.error(
                    "SNT0504",
                    place.path() + ": `" + text + "` (expected: $NAME, ${NAME}, ${NAME:-default} or ${NAME:?message})."
                            + " Maybe a dollar sign is meant: write $$.");
        }

        private static boolean isNamePart(char c, boolean first) {
            return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (!first && c >= '0' && c <= '9');
        }
    }
}
