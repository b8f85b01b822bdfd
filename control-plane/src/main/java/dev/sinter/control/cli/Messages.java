package dev.sinter.control.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sinter.control.api.ApiServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What every message code means and what to do about it: {@code MESSAGES.md}. Immutable. */
final class Messages {

    private static final String FILE = "MESSAGES.md";
    private static final int SHOWN_NEIGHBOURS = 3;
    private static final Pattern CODE = Pattern.compile("SNT\\d{1,9}");
    private static final Pattern ROW = Pattern.compile("\\| (SNT\\d{4}) \\| (.+) \\| (.+) \\|");

    private record Entry(String code, String meaning, String remedy) {}

    private final NavigableMap<String, Entry> entries = new TreeMap<>();

    private Messages(String markdown) {
        markdown.lines().map(ROW::matcher).filter(Matcher::matches).forEach(row -> {
            Entry entry = new Entry(row.group(1), row.group(2), row.group(3));
            entries.put(entry.code(), entry);
        });
    }

    /** Those of this program. */
    static Messages packaged() {
        try (InputStream in = Messages.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException(FILE + " is not in this program's resources");
            }
            return new Messages(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException(FILE + " cannot be read", e);
        }
    }

    /** Whether a person means a message by this word, and no group. */
    static boolean isCode(String word) {
        return CODE.matcher(word.toUpperCase(Locale.ROOT)).matches();
    }

    boolean knows(String code) {
        return entries.containsKey(code);
    }

    /** @throws CommandException {@code SNT0112} with the nearest codes where there is none like this */
    void print(String word, Printer printer, OutputFormat format) {
        Entry entry = entries.get(word.toUpperCase(Locale.ROOT));
        if (entry == null) {
            throw new CommandException(
                    "SNT0112", "code: " + word + " (expected: a message's code; near it are " + nearest(word) + ")");
        }
        ObjectNode document = ApiServer.mapper().createObjectNode();
        document.put("code", entry.code());
        document.put("meaning", entry.meaning());
        document.put("remedy", entry.remedy());
        printer.print(document, format, Messages::text, ignored -> entry.code() + "\n");
    }

    private static String text(JsonNode document) {
        return "%s: %s%nWhat to do: %s%n"
                .formatted(
                        document.path("code").asText(),
                        document.path("meaning").asText(),
                        document.path("remedy").asText());
    }

    private String nearest(String word) {
        int wanted = number(word);
        List<String> near = entries.keySet().stream()
                .sorted(Comparator.comparingInt(code -> Math.abs(number(code) - wanted)))
                .limit(SHOWN_NEIGHBOURS)
                .sorted()
                .toList();
        return String.join(", ", near);
    }

    private static int number(String code) {
        return Integer.parseInt(code, 3, code.length(), 10);
    }
}
