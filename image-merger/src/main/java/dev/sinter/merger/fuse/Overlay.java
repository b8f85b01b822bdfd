package dev.sinter.merger.fuse;

import dev.sinter.merger.CompatibilityReport.Reason;
import dev.sinter.merger.tree.FileNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one member adds to a fused tree.
 *
 * @param placements what has to be written, by path
 * @param relocated original to new absolute path, of directories and files
 * @param privatePackages absolute directories of packages for this member alone
 * @param reasons notes, and what forbids a tier
 * @param equal paths that both have alike
 * @param added paths that only the member has
 * @param conflicting paths that differ, solved or not
 */
record Overlay(
        List<Placement> placements,
        Map<String, String> relocated,
        List<String> privatePackages,
        List<Reason> reasons,
        long equal,
        long added,
        long conflicting) {

    /**
     * @param path in the fused image
     * @param node where its metadata and data come from
     * @param content replaces the data, one char per byte
     * @param linkTarget replaces a symbolic link's target
     */
    record Placement(
            String path,
            FileNode node,
            @Nullable String content,
            @Nullable String linkTarget) {}
}
