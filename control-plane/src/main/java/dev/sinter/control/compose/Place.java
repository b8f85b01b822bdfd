package dev.sinter.control.compose;

/**
 * Where in a Compose file something stands.
 *
 * @param line counted from 1
 * @param path keys that lead there, such as {@code services.a.ports}
 */
record Place(String file, int line, String path) {

    ComposeException error(String code, String message) {
        return new ComposeException(code, file + ":" + line + ": " + message);
    }

    /** What was found, what was expected. */
    ComposeException unexpected(String found, String expected) {
        return error("SNT0503", path + ": " + found + " (expected: " + expected + ").");
    }

    Place child(String key, int childLine) {
        return new Place(file, childLine, path.isEmpty() ? key : path + "." + key);
    }
}
