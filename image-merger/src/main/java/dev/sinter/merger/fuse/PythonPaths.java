package dev.sinter.merger.fuse;

import dev.sinter.merger.tree.FileNode;
import dev.sinter.merger.tree.FileTree;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Paths below Python's packages directories. */
final class PythonPaths {

    private static final Pattern IN_SITE =
            Pattern.compile("((?:[^/]+/)*lib/python3(?:\\.\\d+)?/(?:site|dist)-packages)/[^/].*");
    private static final Pattern BYTECODE = Pattern.compile("((?:.*/)?)__pycache__/([^/]+?)\\.cpython-[^/]+\\.pyc");

    private PythonPaths() {}

    /** The packages directory that a path lies in, {@code null} if in none. */
    static @Nullable String siteOf(String path) {
        if (!path.contains("-packages/")) {
            return null;
        }
        Matcher matcher = IN_SITE.matcher(path);
        return matcher.matches() ? matcher.group(1) : null;
    }

    static String topLevel(String path, String site) {
        int slash = path.indexOf('/', site.length() + 1);
        return slash < 0 ? path.substring(site.length() + 1) : path.substring(site.length() + 1, slash);
    }

    static boolean isNative(String path) {
        return path.endsWith(".so");
    }

    /** Bytecode whose source is the other side's: the times in it would not fit. */
    static boolean isStaleBytecode(String path, FusedTree tree, FileTree member) {
        Matcher matcher = BYTECODE.matcher(path);
        if (!matcher.matches()) {
            return false;
        }
        String source = matcher.group(1) + matcher.group(2) + ".py";
        FileNode there = tree.get(source);
        FileNode mine = member.get(source);
        return there != null
                && (mine == null || there.entry().mtimeSeconds() != mine.entry().mtimeSeconds());
    }
}
