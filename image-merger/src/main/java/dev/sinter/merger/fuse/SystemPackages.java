package dev.sinter.merger.fuse;

import dev.sinter.merger.tree.FileNode;
import dev.sinter.merger.tree.FileTree;
import java.util.Map;
import java.util.TreeMap;

/** The packages of the distribution that an image is made from, as dpkg or apk recorded them. */
public final class SystemPackages {

    private SystemPackages() {}

    /** Version by package name; empty for images without either. */
    public static Map<String, String> of(FileTree tree) {
        Map<String, String> versions = new TreeMap<>();
        for (String path : new String[] {"var/lib/dpkg/status", "lib/apk/db/installed", "usr/lib/apk/db/installed"}) {
            add(tree.resolve("/" + path), versions);
        }
        // Distroless images have a file for each package.
        tree.under("var/lib/dpkg/status.d").forEach(node -> add(node, versions));
        return versions;
    }

    private static void add(@org.jspecify.annotations.Nullable FileNode node, Map<String, String> versions) {
        String text = node == null || node.head() == null ? "" : node.head();
        text.lines().forEach(line -> {
            int space = line.indexOf(' ');
            if (space > 0) {
                versions.put(line.substring(0, space), line.substring(space + 1));
            }
        });
    }
}
