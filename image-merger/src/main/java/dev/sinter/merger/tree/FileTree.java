package dev.sinter.merger.tree;

import dev.sinter.merger.MergeException;
import dev.sinter.merger.MergeProblem;
import dev.sinter.merger.tar.EntryType;
import dev.sinter.merger.tar.TarEntry;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The file system that layers make, one upon the other (OCI image-spec 1.1, "layer"): whiteouts hide only what lower
 * layers hold, whatever their place in the archive; what is no directory is replaced by what comes at its path.
 *
 * <p>INVARIANT: every ancestor of a path is a directory of the tree; an entry whose parent is a symbolic link lands where
 * the link points.
 */
public final class FileTree {

    private static final String WHITEOUT = ".wh.";
    private static final String OPAQUE = ".wh..wh..opq";
    /** As many as Linux follows. */
    private static final int MAX_LINKS = 40;

    private final NavigableMap<String, FileNode> nodes;

    private FileTree(NavigableMap<String, FileNode> nodes) {
        this.nodes = nodes;
    }

    public static FileTree of(List<LayerIndex> layers) {
        return new FileTree(new TreeMap<>()).with(layers);
    }

    /** This tree under more layers; itself it stays as it is. */
    public FileTree with(List<LayerIndex> layers) {
        FileTree tree = new FileTree(new TreeMap<>(nodes));
        layers.forEach(tree::apply);
        return tree;
    }

    /** Without following links; {@code null} if there is none. */
    public @Nullable FileNode get(String path) {
        return nodes.get(path);
    }

    /** By path, unmodifiable. */
    public NavigableMap<String, FileNode> nodes() {
        return Collections.unmodifiableNavigableMap(nodes);
    }

    /** All, every directory before what it holds. */
    public Collection<FileNode> all() {
        return Collections.unmodifiableCollection(nodes.values());
    }

    /** Everything below a directory, sorted. */
    public Collection<FileNode> under(String directory) {
        return Collections.unmodifiableCollection(below(directory).values());
    }

    /** Follows links as the kernel does with the image as root; {@code null} if nothing is there or links go in circles. */
    public @Nullable FileNode resolve(String path) {
        String real = realPath(path, true);
        return real == null ? null : nodes.get(real);
    }

    /** The path without links in it; its last component may be missing. {@code null} if it leads nowhere. */
    public @Nullable String realPath(String path, boolean followLast) {
        Deque<String> todo = new ArrayDeque<>(List.of(path.split("/", -1)));
        String at = "";
        int links = 0;
        while (!todo.isEmpty()) {
            String name = todo.removeFirst();
            if (name.isEmpty() || name.equals(".")) {
                continue;
            }
            if (name.equals("..")) {
                at = parent(at);
                continue;
            }
            String next = at.isEmpty() ? name : at + "/" + name;
            FileNode node = nodes.get(next);
            boolean last = todo.isEmpty();
            if (node != null && node.isSymlink() && (followLast || !last)) {
                if (++links > MAX_LINKS) {
                    return null;
                }
                String target = node.entry().linkTarget();
                if (target.startsWith("/")) {
                    at = "";
                }
                String[] names = target.split("/", -1);
                for (int i = names.length - 1; i >= 0; i--) {
                    todo.addFirst(names[i]);
                }
            } else if (last || (node != null && node.isDirectory())) {
                at = next;
            } else {
                return null;
            }
        }
        return at;
    }

    private void apply(LayerIndex layer) {
        for (TarEntry entry : layer.entries()) {
            hide(entry);
        }
        for (TarEntry entry : layer.entries()) {
            if (name(entry.path()).startsWith(WHITEOUT)) {
                // Engines make the directory in which there would have been something to hide.
                directory(parent(entry.path()), entry, layer);
            } else {
                add(entry, layer);
            }
        }
    }

    private void hide(TarEntry entry) {
        String name = name(entry.path());
        if (!name.startsWith(WHITEOUT)) {
            return;
        }
        String parent = realPath(parent(entry.path()), true);
        if (parent == null) {
            return;
        }
        if (name.equals(OPAQUE)) {
            below(parent).clear();
        } else if (name.length() > WHITEOUT.length() && !name.startsWith(WHITEOUT + WHITEOUT)) {
            String path = join(parent, name.substring(WHITEOUT.length()));
            remove(path);
        }
    }

    private void add(TarEntry entry, LayerIndex layer) {
        if (entry.path().isEmpty()) {
            return;
        }
        String parent = directory(parent(entry.path()), entry, layer);
        String path = join(parent, name(entry.path()));
        FileNode node = switch (entry.type()) {
            case HARDLINK -> link(path, entry);
            case FILE, DIRECTORY, SYMLINK, FIFO, CHARACTER_DEVICE, BLOCK_DEVICE ->
                new FileNode(path, entry, layer.diffId(), path, layer.heads().get(entry.path()));
        };
        FileNode old = nodes.get(path);
        if (old != null && old.isDirectory() && !node.isDirectory()) {
            remove(path);
        }
        nodes.put(path, node);
    }

    private FileNode link(String path, TarEntry entry) {
        String target = realPath(entry.linkTarget(), false);
        FileNode linked = target == null ? null : nodes.get(target);
        if (linked == null || linked.isDirectory() || linked.path().equals(path)) {
            throw new MergeException(
                    MergeProblem.BAD_LINK,
                    "hard link " + entry.path() + " to " + entry.linkTarget()
                            + " (expected: another file that comes before it)");
        }
        FileNode named = linked.withTimeOf(entry);
        if (linked.isFile() && !named.equals(linked)) {
            // Engines set the time that a link's own header gives, which is that of the file under all of its names.
            nodes.replaceAll(
                    (name, node) -> node.isFile() && node.file().equals(linked.file()) ? node.withTimeOf(entry) : node);
        }
        TarEntry common = linked.isFile() ? named.entry() : linked.entry();
        return new FileNode(path, common, linked.layer(), linked.inode(), linked.head());
    }

    /** The real directory at {@code path}; directories that no layer names are as engines make them. */
    private String directory(String path, TarEntry cause, LayerIndex layer) {
        if (path.isEmpty()) {
            return path;
        }
        FileNode node = nodes.get(path);
        if (node != null && node.isDirectory()) {
            return path;
        }
        if (node != null && node.isSymlink()) {
            String real = realPath(path, true);
            FileNode target = real == null ? null : nodes.get(real);
            if (real != null && (real.isEmpty() || (target != null && target.isDirectory()))) {
                return real;
            }
            throw new MergeException(
                    MergeProblem.BAD_LINK,
                    "path in layer: " + cause.path() + " lies below " + path + ", a link to "
                            + node.entry().linkTarget() + " (expected: a directory)");
        }
        String real = join(directory(parent(path), cause, layer), name(path));
        if (!real.equals(path)) {
            return directory(real, cause, layer);
        }
        TarEntry made =
                new TarEntry(path, EntryType.DIRECTORY, 0755, 0, 0, 0, 0, 0, "", Collections.emptySortedMap(), 0, null);
        nodes.put(path, new FileNode(path, made, layer.diffId(), path, null));
        return path;
    }

    private void remove(String path) {
        nodes.remove(path);
        below(path).clear();
    }

    private NavigableMap<String, FileNode> below(String directory) {
        // '0' follows '/'.
        return directory.isEmpty() ? nodes : nodes.subMap(directory + "/", false, directory + "0", false);
    }

    public static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }

    public static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    public static String join(String directory, String name) {
        return directory.isEmpty() ? name : directory + "/" + name;
    }
}
