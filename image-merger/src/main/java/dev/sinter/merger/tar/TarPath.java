package dev.sinter.merger.tar;

import dev.sinter.merger.MergeException;
import dev.sinter.merger.MergeProblem;

/** Paths of entries in one form: relative, no empty and no dot component. */
final class TarPath {

    private static final int MAX_NAME_BYTES = 255;

    private TarPath() {}

    static String normalise(String raw, int maxBytes) {
        checkText(raw, maxBytes);
        if (isNormal(raw)) {
            return raw;
        }
        StringBuilder path = new StringBuilder(raw.length());
        for (String name : raw.split("/", -1)) {
            if (name.isEmpty() || name.equals(".")) {
                continue;
            }
            if (name.equals("..")) {
                throw new MergeException(
                        MergeProblem.PATH_ESCAPES, "path in layer: " + raw + " (expected: no \"..\" component)");
            }
            if (name.length() > MAX_NAME_BYTES) {
                throw tooLong(name);
            }
            if (!path.isEmpty()) {
                path.append('/');
            }
            path.append(name);
        }
        return path.toString();
    }

    /** Targets may be absolute or climb, as they are resolved inside the image; an empty one is no link at all. */
    static String checkSymlink(String path, String target, int maxBytes) {
        checkText(target, maxBytes);
        if (target.isEmpty()) {
            throw new MergeException(MergeProblem.BAD_LINK, "symbolic link " + path + ": empty (expected: a target)");
        }
        return target;
    }

    private static void checkText(String text, int maxBytes) {
        if (text.length() > maxBytes) {
            throw tooLong(text);
        }
        if (text.indexOf('\0') >= 0) {
            throw TarReader.malformed("path with a NUL byte");
        }
    }

    private static boolean isNormal(String raw) {
        int start = 0;
        for (int i = 0; i <= raw.length(); i++) {
            if (i == raw.length() || raw.charAt(i) == '/') {
                int length = i - start;
                if (length == 0 || length > MAX_NAME_BYTES || (raw.charAt(start) == '.' && length <= 2)) {
                    return false;
                }
                start = i + 1;
            }
        }
        return true;
    }

    private static MergeException tooLong(String text) {
        return TarReader.malformed("path of " + text.length() + " characters: " + text.substring(0, 60) + "…");
    }
}
