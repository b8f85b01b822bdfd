package dev.sinter.control.compose;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads {@code KEY=VALUE} files, such as {@code .env}: comments, {@code export}, quotes; variables are put into values
 * that are not in single quotes. A value is one line.
 */
final class EnvFile {

    private static final long MAX_BYTES = 1 << 20;

    private EnvFile() {}

    /** @throws IOException where the file cannot be read */
    static Map<String, String> read(Path file, Map<String, String> variables) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException("larger than 1 MiB");
        }
        List<String> lineList;
        try {
            lineList = Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (MalformedInputException e) {
            throw new IOException("not UTF-8", e);
        }
        Map<String, String> known = new LinkedHashMap<>(variables);
        Map<String, String> readMap = new LinkedHashMap<>();
        for (int i = 0; i < lineList.size(); i++) {
            String line = lineList.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String assignment = line.startsWith("export ") ? line.substring(7).strip() : line;
            int equals = assignment.indexOf('=');
            String key = (equals < 0 ? assignment : assignment.substring(0, equals)).strip();
            Place place = new Place(file.toString(), i + 1, key);
            if (key.isEmpty() || key.chars().anyMatch(Character::isWhitespace)) {
                throw place.error("SNT0505", "`" + key + "` (expected: KEY=VALUE).");
            }
            if (equals < 0) {
                if (known.containsKey(key)) {
                    readMap.put(key, known.getOrDefault(key, ""));
                }
                continue;
            }
            String value = value(assignment.substring(equals + 1).strip(), known, place);
            readMap.put(key, value);
            known.putIfAbsent(key, value);
        }
        return readMap;
    }

    private static String value(String text, Map<String, String> known, Place place) {
        Interpolation interpolation = new Interpolation(known);
        if (text.length() >= 2 && text.startsWith("'") && text.indexOf('\'', 1) > 0) {
            return text.substring(1, text.indexOf('\'', 1));
        }
        if (text.length() >= 2 && text.startsWith("\"") && text.lastIndexOf('"') > 0) {
            String quoted = text.substring(1, text.lastIndexOf('"'));
            String unescaped = quoted.replace("\\n", "\n").replace("\\t", "\t").replace("\\\"", "\"");
            return interpolation.apply(unescaped, place);
        }
        int comment = text.indexOf(" #");
        return interpolation.apply(
                comment < 0 ? text : text.substring(0, comment).strip(), place);
    }
}
