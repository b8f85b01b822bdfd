package dev.sinter.merger.fuse;

import dev.sinter.merger.contract.Launch;
import dev.sinter.merger.tree.FileNode;
import dev.sinter.merger.tree.FileTree;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The Python in an image that can run the launcher: its program's own, or one that is merely there. */
final class Interpreters {

    private static final Pattern BINARY = Pattern.compile("python(3\\.\\d+)");
    private static final List<String> PLACES = List.of("/usr/local/bin/python3", "/usr/bin/python3");

    private Interpreters() {}

    /** Absolute path without links, {@code null} if the image has none of use. */
    static @Nullable String of(MemberImage member) {
        Launch.Python own = member.launch().python();
        if (own != null && own.isSupported()) {
            return own.realPath();
        }
        for (String place : PLACES) {
            FileNode binary = member.tree().resolve(place);
            Matcher name = BINARY.matcher(binary == null ? "" : FileTree.name(binary.path()));
            if (binary != null && name.matches() && isWhole(member.tree(), binary, name.group(1))) {
                return "/" + binary.path();
            }
        }
        return null;
    }

    /** Distributions split the standard library; what their minimal package leaves out is needed. */
    private static boolean isWhole(FileTree tree, FileNode binary, String version) {
        String path = "/" + binary.path();
        Launch.Python python = new Launch.Python(path, path, version, List.of());
        String prefix = FileTree.parent(FileTree.parent(binary.path()));
        return python.isSupported() && tree.resolve("/" + prefix + "/lib/python" + version + "/http/client.py") != null;
    }
}
