package dev.sinter.merger.fuse;

import dev.sinter.merger.tar.TarEntry;
import dev.sinter.merger.tree.FileNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Says how two entries of one path differ. */
final class Differences {

    private Differences() {}

    static String describe(@Nullable FileNode there, @Nullable FileNode mine) {
        if (there == null || mine == null) {
            return "missing on one side";
        }
        TarEntry a = there.entry();
        TarEntry b = mine.entry();
        if (a.type() != b.type()) {
            return name(a) + " against " + name(b);
        }
        List<String> found = new ArrayList<>();
        if (!Objects.equals(a.sha256(), b.sha256())) {
            found.add("content");
        }
        if (a.mode() != b.mode()) {
            found.add("mode %04o against %04o".formatted(a.mode(), b.mode()));
        }
        if (a.uid() != b.uid() || a.gid() != b.gid()) {
            found.add("owner " + a.uid() + ":" + a.gid() + " against " + b.uid() + ":" + b.gid());
        }
        if (!a.linkTarget().equals(b.linkTarget())) {
            found.add("link to " + a.linkTarget() + " against " + b.linkTarget());
        }
        if (!a.xattrs().equals(b.xattrs())) {
            found.add("extended attributes");
        }
        return name(a) + " differs in " + String.join(", ", found);
    }

    private static String name(TarEntry entry) {
        return entry.type().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
