package dev.sinter.merger.tree;

import dev.sinter.merger.tar.EntryType;
import dev.sinter.merger.tar.TarEntry;
import java.nio.charset.StandardCharsets;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Which small files an index keeps, so that an image can be analysed again without its layers: what says who it is, who
 * its users are, what its language packages are, and what its scripts start.
 */
final class Heads {

    private static final int MAX_FILE_BYTES = 1 << 20;
    private static final int MAX_KEPT_BYTES = 1 << 16;
    private static final int SHEBANG_BYTES = 1 << 12;

    private static final Pattern WHOLE = Pattern.compile("etc/(passwd|group|shadow|gshadow|subuid|subgid|os-release)"
            + "|usr/lib/os-release|.*/pyvenv\\.cfg|.*\\.pth"
            + "|.*\\.(dist|egg)-info/(top_level\\.txt|requires\\.txt)");
    private static final Pattern HEADERS = Pattern.compile(".*\\.dist-info/METADATA|.*\\.egg-info(/PKG-INFO)?");
    private static final Pattern RECORD = Pattern.compile(".*\\.dist-info/RECORD");
    private static final Pattern SCRIPT =
            Pattern.compile("([^/]+/)*s?bin/[^/]+|[^/]+\\.sh|([^/]+/)*[^/]*entrypoint[^/]*");

    private Heads() {}

    static boolean wanted(TarEntry entry) {
        if (entry.type() != EntryType.FILE || entry.size() > MAX_FILE_BYTES) {
            return false;
        }
        String path = entry.path();
        return WHOLE.matcher(path).matches()
                || HEADERS.matcher(path).matches()
                || RECORD.matcher(path).matches()
                || ((entry.mode() & 0111) != 0
                        && entry.size() <= MAX_KEPT_BYTES
                        && SCRIPT.matcher(path).matches());
    }

    /** What is kept of a wanted file; empty for nothing. */
    static String keep(String path, byte[] data) {
        String text = new String(data, StandardCharsets.ISO_8859_1);
        if (RECORD.matcher(path).matches()) {
            return topLevels(text);
        }
        if (HEADERS.matcher(path).matches()) {
            int end = text.indexOf("\n\n");
            return cut(end < 0 ? text : text.substring(0, end + 1), MAX_KEPT_BYTES);
        }
        if (WHOLE.matcher(path).matches()) {
            return cut(text, MAX_KEPT_BYTES);
        }
        return text.startsWith("#!") ? cut(text, SHEBANG_BYTES) : "";
    }

    /** RECORD lists every file of a distribution; only their first components matter here. */
    private static String topLevels(String record) {
        TreeSet<String> names = new TreeSet<>();
        for (String line : record.split("\n", -1)) {
            int comma = line.indexOf(',');
            String path = comma < 0 ? line : line.substring(0, comma);
            boolean outside = path.startsWith("../");
            int slash = path.indexOf('/');
            if (!path.isEmpty()) {
                names.add(outside || slash < 0 ? path : path.substring(0, slash));
            }
        }
        return cut(String.join("\n", names), MAX_FILE_BYTES);
    }

    private static String cut(String text, int limit) {
        return text.length() <= limit ? text : text.substring(0, limit);
    }
}
