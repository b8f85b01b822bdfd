package dev.sinter.control.compose;

import java.util.ArrayList;
import java.util.List;

/** Splits a command given as one text into arguments, with quotes and backslashes as in POSIX shells, no expansion. */
final class ShellWords {

    private ShellWords() {}

    static List<String> split(Value value) {
        String text = value.text();
        List<String> wordList = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inWord = false;
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote == '\'') {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '\\'
                    && i + 1 < text.length()
                    && (quote == 0 || "\"\\$`\n".indexOf(text.charAt(i + 1)) >= 0)) {
                i++;
                inWord = true;
                if (text.charAt(i) != '\n') {
                    word.append(text.charAt(i));
                }
            } else if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '\'' || c == '"') {
                quote = c;
                inWord = true;
            } else if (Character.isWhitespace(c)) {
                if (inWord) {
                    wordList.add(word.toString());
                    word.setLength(0);
                }
                inWord = false;
            } else {
                word.append(c);
                inWord = true;
            }
        }
        if (quote != 0) {
            throw value.place().unexpected("`" + text + "`", "each " + quote + " closed");
        }
        if (inWord) {
            wordList.add(word.toString());
        }
        return List.copyOf(wordList);
    }
}
