package dev.sinter.merger.fuse;

import dev.sinter.merger.tree.FileNode;
import dev.sinter.merger.tree.FileTree;
import java.util.Collection;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The file system of a fused image as it grows; not thread-safe. */
final class FusedTree {

    private final NavigableMap<String, FileNode> nodes;

    FusedTree(FileTree base) {
        nodes = new TreeMap<>(base.nodes());
    }

    @Nullable
    FileNode get(String path) {
        return nodes.get(path);
    }

    void put(String path, FileNode node) {
        nodes.put(path, node);
    }

    NavigableMap<String, FileNode> nodes() {
        return Collections.unmodifiableNavigableMap(nodes);
    }

    Collection<FileNode> all() {
        return Collections.unmodifiableCollection(nodes.values());
    }

    Collection<FileNode> under(String directory) {
        return directory.isEmpty()
                ? all()
                : nodes.subMap(directory + "/", false, directory + "0", false).values();
    }
}
