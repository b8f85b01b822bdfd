package dev.sinter.merger.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The part of the POSIX shell's language that start commands use: words, quotes, {@code $NAME}, {@code ${NAME}}, {@code
 * ${NAME:-default}} and {@code &&}.
 */
final class ShellWords {

    /** Anything of these outside quotes needs a real shell. */
    private static final String REFUSED = "|;<>()`*?[]{}~#!\n";

    private final String text;
    private final Map<String, String> environment;
    private final List<List<String>> commands = new ArrayList<>();
    private List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private boolean inWord;
    private int at;

    private ShellWords(String text, Map<String, String> environment) {
        this.text = text;
        this.environment = environment;
    }

    /** The commands that {@code &&} joins; {@code null} if only a shell can run the text. */
    static @Nullable List<List<String>> parse(String text, Map<String, String> environment) {
        ShellWords parser = new ShellWords(text.strip(), environment);
        return parser.run() ? parser.commands : null;
    }

    private boolean run() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == ' ' || c == '\t') {
                endWord();
                at++;
            } else if (c == '&') {
                if (!text.startsWith("&&", at)) {
                    return false;
                }
                endWord();
                if (!endCommand()) {
                    return false;
                }
                at += 2;
            } else if (!part(c)) {
                return false;
            }
        }
        endWord();
        return endCommand();
    }

    private boolean part(char c) {
        inWord = true;
        switch (c) {
            case '\'' -> {
                int end = text.indexOf('\'', at + 1);
                if (end < 0) {
                    return false;
                }
                word.append(text, at + 1, end);
                at = end + 1;
            }
            case '"' -> {
                at++;
                while (at < text.length() && text.charAt(at) != '"') {
                    if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                        word.append(text.charAt(at + 1));
                        at += 2;
                    } else if (text.charAt(at) == '`' || !literalOrVariable()) {
                        return false;
                    }
                }
                if (at == text.length()) {
                    return false;
                }
                at++;
            }
            case '\\' -> {
                if (at + 1 == text.length()) {
                    return false;
                }
                word.append(text.charAt(at + 1));
                at += 2;
            }
            default -> {
                return REFUSED.indexOf(c) < 0 && literalOrVariable();
            }
        }
        return true;
    }

    private boolean literalOrVariable() {
        if (text.charAt(at) != '$') {
            word.append(text.charAt(at++));
            return true;
        }
        int start = at + 1;
        if (start < text.length() && text.charAt(start) == '{') {
            int end = text.indexOf('}', start);
            if (end < 0) {
                return false;
            }
            String inside = text.substring(start + 1, end);
            int dash = inside.indexOf('-');
            boolean colon = dash > 0 && inside.charAt(dash - 1) == ':';
            String name = dash < 0 ? inside : inside.substring(0, colon ? dash - 1 : dash);
            if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
                return false;
            }
            String otherwise = dash < 0 ? "" : inside.substring(dash + 1);
            String value = environment.get(name);
            word.append(value == null || (colon && value.isEmpty()) ? otherwise : value);
            at = end + 1;
            return !otherwise.contains("$");
        }
        int end = start;
        while (end < text.length() && (Character.isLetterOrDigit(text.charAt(end)) || text.charAt(end) == '_')) {
            end++;
        }
        if (end == start || Character.isDigit(text.charAt(start))) {
            return false;
        }
        word.append(environment.getOrDefault(text.substring(start, end), ""));
        at = end;
        return true;
    }

    private void endWord() {
        if (inWord) {
            words.add(word.toString());
            word.setLength(0);
            inWord = false;
        }
    }

    private boolean endCommand() {
        if (words.isEmpty()) {
            return false;
        }
        commands.add(words);
        words = new ArrayList<>();
        return true;
    }
}
