package dev.sinter.merger.tree;

import dev.sinter.merger.oci.Digest;
import dev.sinter.merger.tar.EntryType;
import dev.sinter.merger.tar.TarEntry;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One path of an image's file system.
 *
 * @param path as seen in the image, without leading slash
 * @param entry its metadata; of a hard link that of the file it names
 * @param layer that holds {@code entry}
 * @param inode path under which the same file came first; {@code path} itself but for hard links
 * @param head what the index kept of a small file, see {@link LayerIndex#heads}; {@code null} for nothing
 */
public record FileNode(
        String path,
        TarEntry entry,
        Digest layer,
        String inode,
        @Nullable String head) {

    /** What the names of one file have in common. */
    public record File(Digest layer, long dataOffset, String inode) {}

    public File file() {
        return new File(layer, entry.dataOffset(), inode);
    }

    public FileNode withTimeOf(FileNode other) {
        return withTimeOf(other.entry);
    }

    FileNode withTimeOf(TarEntry other) {
        return new FileNode(path, entry.withTimeOf(other), layer, inode, head);
    }

    /** As it is when it has been written anew: no longer a name of the file that it was. */
    public FileNode rewrittenFor(String member) {
        return new FileNode(path, entry, layer, member + ":" + inode, head);
    }

    public EntryType type() {
        return entry.type();
    }

    public boolean isDirectory() {
        return entry.type() == EntryType.DIRECTORY;
    }

    public boolean isFile() {
        return entry.type() == EntryType.FILE;
    }

    public boolean isSymlink() {
        return entry.type() == EntryType.SYMLINK;
    }

    /** Same kind, content, permissions, owner and extended attributes; times do not count. */
    public boolean sameAs(FileNode other) {
        TarEntry a = entry;
        TarEntry b = other.entry;
        return a.equals(b) || sameAs(a, b);
    }

    private static boolean sameAs(TarEntry a, TarEntry b) {
        return a.type() == b.type()
                // Permissions of symbolic links mean nothing to Linux, and builders disagree on them.
                && (a.type() == EntryType.SYMLINK || a.mode() == b.mode())
                && a.uid() == b.uid()
                && a.gid() == b.gid()
                && a.size() == b.size()
                && Objects.equals(a.sha256(), b.sha256())
                && a.linkTarget().equals(b.linkTarget())
                && a.xattrs().equals(b.xattrs());
    }
}
