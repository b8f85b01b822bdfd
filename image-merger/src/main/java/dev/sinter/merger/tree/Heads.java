package dev.sinter.merger.tree;

import dev.sinter.merger.tar.EntryType;
import dev.sinter.merger.tar.TarEntry;
import java.nio.charset.StandardCharsets;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which small files an index keeps, so that an image can be analysed again without its layers: what says who it is, who
 * its users are, what its language packages are, and what its scripts start.
 */
final class Heads {

    private static final int MAX_FILE_BYTES = 1 << 20;
    private static final int MAX_SYSTEM_BYTES = 1 << 24;
    private static final int MAX_KEPT_BYTES = 1 << 16;
    private static final int SHEBANG_BYTES = 1 << 12;

    private static final Pattern WHOLE = Pattern.compile("etc/(passwd|group|shadow|gshadow|subuid|subgid|os-release)"
            + "|usr/lib/os-release|.*/pyvenv\\.cfg|.*\\.pth"
            + "|.*\\.(dist|egg)-info/(top_level\\.txt|requires\\.txt)");
    private static final Pattern HEADERS = Pattern.compile(".*\\.dist-info/METADATA|.*\\.egg-info(/PKG-INFO)?");
    private static final Pattern SYSTEM =
            Pattern.compile("var/lib/dpkg/(status|status\\.d/[^/]+(?<!\\.md5sums))|(usr/)?lib/apk/db/installed");
    private static final Pattern RECORD = Pattern.compile(".*\\.dist-info/RECORD");
    private static final Pattern PACKAGE = Pattern.compile("(?m)^(?:Package: |P:)(\\S+)");
    private static final Pattern PACKAGE_VERSION = Pattern.compile("(?m)^(?:Version: |V:)(\\S+)");
    private static final Pattern REMOVED = Pattern.compile("(?m)^Status: (?!.* installed$)");
    private static final Pattern SCRIPT =
            Pattern.compile("([^/]+/)*s?bin/[^/]+|[^/]+\\.sh|([^/]+/)*[^/]*entrypoint[^/]*");

    private Heads() {}

    static boolean wanted(TarEntry entry) {
        String path = entry.path();
        if (entry.type() == EntryType.FILE && SYSTEM.matcher(path).matches()) {
            return entry.size() <= MAX_SYSTEM_BYTES;
        }
        if (entry.type() != EntryType.FILE || entry.size() > MAX_FILE_BYTES) {
            return false;
        }
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
        if (SYSTEM.matcher(path).matches()) {
            return systemPackages(text);
        }
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

    /** A line of name and version for each package that dpkg (RFC 822 paragraphs) or apk (P: and V:) has installed. */
    private static String systemPackages(String database) {
        StringBuilder kept = new StringBuilder();
        for (String paragraph : database.split("\n\n", -1)) {
            Matcher name = PACKAGE.matcher(paragraph);
            Matcher version = PACKAGE_VERSION.matcher(paragraph);
            if (name.find() && version.find() && !REMOVED.matcher(paragraph).find()) {
                kept.append(name.group(1)).append(' ').append(version.group(1)).append('\n');
            }
        }
        return cut(kept.toString(), MAX_FILE_BYTES);
    }

    private static String cut(String text, int limit) {
        return text.length() <= limit ? text : text.substring(0, limit);
    }
}
