package dev.sinter.merger.fuse;

import dev.sinter.merger.tree.FileNode;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** Which names of a file system are names of one file; only files with several are in it. */
final class HardLinks {

    private final Map<String, SortedSet<String>> byName = new LinkedHashMap<>();

    private HardLinks() {}

    static HardLinks of(Map<String, FileNode> nodes) {
        Set<FileNode.File> linked = new HashSet<>();
        nodes.forEach((name, node) -> {
            // The first name of a file may be gone, or the file may have moved: then all of its names differ from it.
            if (node.isFile() && !node.inode().equals(name)) {
                linked.add(node.file());
            }
        });
        HardLinks links = new HardLinks();
        if (linked.isEmpty()) {
            return links;
        }
        Map<FileNode.File, SortedSet<String>> names = new LinkedHashMap<>();
        nodes.forEach((name, node) -> {
            if (node.isFile() && linked.contains(node.file())) {
                names.computeIfAbsent(node.file(), file -> new TreeSet<>()).add(name);
            }
        });
        for (SortedSet<String> group : names.values()) {
            if (group.size() > 1) {
                group.forEach(name -> links.byName.put(name, group));
            }
        }
        return links;
    }

    boolean isEmpty() {
        return byName.isEmpty();
    }

    /** All names of the file that has this name. */
    SortedSet<String> with(String name) {
        SortedSet<String> group = byName.get(name);
        return group == null ? new TreeSet<>(Set.of(name)) : group;
    }

    /** The names of each file that has several. */
    Set<SortedSet<String>> groups() {
        return new HashSet<>(byName.values());
    }
}
