package dev.sinter.merger.tar;

import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a layer.
 *
 * @param path relative, without {@code .}, {@code ..} or slashes at its ends; empty for the root; bytes that are no
 *     UTF-8 are kept as in {@link TarText}
 * @param mode permission bits with setuid, setgid and sticky
 * @param size of the data in bytes; 0 but for files
 * @param linkTarget of symbolic links as written, of hard links in the form of {@code path}; else empty
 * @param xattrs name without prefix to value, one char per byte
 * @param dataOffset of the data in the uncompressed archive
 * @param sha256 of the data as hex, where it was computed
 */
public record TarEntry(
        String path,
        EntryType type,
        int mode,
        long uid,
        long gid,
        long size,
        long mtimeSeconds,
        int mtimeNanos,
        String linkTarget,
        SortedMap<String, String> xattrs,
        long dataOffset,
        @Nullable String sha256) {

    public TarEntry withSha256(String hex) {
        return new TarEntry(
                path, type, mode, uid, gid, size, mtimeSeconds, mtimeNanos, linkTarget, xattrs, dataOffset, hex);
    }

    public TarEntry withPath(String newPath) {
        return new TarEntry(
                newPath, type, mode, uid, gid, size, mtimeSeconds, mtimeNanos, linkTarget, xattrs, dataOffset, sha256);
    }

    public TarEntry withSize(long bytes) {
        return new TarEntry(
                path, type, mode, uid, gid, bytes, mtimeSeconds, mtimeNanos, linkTarget, xattrs, dataOffset, null);
    }

    public TarEntry withTimeOf(TarEntry other) {
        return new TarEntry(
                path,
                type,
                mode,
                uid,
                gid,
                size,
                other.mtimeSeconds,
                other.mtimeNanos,
                linkTarget,
                xattrs,
                dataOffset,
                sha256);
    }

    public TarEntry withLinkTarget(String target) {
        return new TarEntry(
                path, type, mode, uid, gid, size, mtimeSeconds, mtimeNanos, target, xattrs, dataOffset, sha256);
    }

    public TarEntry asHardLinkTo(String target) {
        return new TarEntry(
                path,
                EntryType.HARDLINK,
                mode,
                uid,
                gid,
                0,
                mtimeSeconds,
                mtimeNanos,
                target,
                xattrs,
                dataOffset,
                sha256);
    }
}
