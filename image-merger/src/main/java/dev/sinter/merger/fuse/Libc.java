package dev.sinter.merger.fuse;

import dev.sinter.merger.tree.FileNode;
import dev.sinter.merger.tree.FileTree;
import java.util.List;

/** Which C library an image has. */
public final class Libc {

    public static final String NONE = "none";

    private Libc() {}

    public static String of(FileTree tree) {
        for (String directory : List.of("/lib", "/lib64", "/usr/lib")) {
            FileNode node = tree.resolve(directory);
            if (node == null) {
                continue;
            }
            for (FileNode file : tree.under(node.path())) {
                String name = FileTree.name(file.path());
                if (name.startsWith("ld-musl-")) {
                    return "musl";
                }
                if (name.startsWith("ld-linux") || name.equals("ld64.so.1") || name.startsWith("ld64.so.2")) {
                    return "glibc";
                }
            }
        }
        return NONE;
    }
}
