package dev.sinter.merger;

import dev.sinter.merger.TestImage.Tar;
import dev.sinter.merger.tar.EntryType;
import java.util.Collections;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Layers as no sane build makes them, but every engine takes them. */
final class HostileLayers {

    /** {@code lib} is a link to {@code usr/lib} in the base. */
    private static final String[] DIRECTORIES = {
        "app",
        "app/lib",
        "srv",
        "srv/x",
        "opt/A",
        "opt/a",
        "usr/share/d",
        "lib",
        "usr/lib",
        "tmp",
        "n".repeat(120) + "/x"
    };

    private static final String[] NAMES = {"app.py", "f", "F", "g h", "ü", "l", "long".repeat(60), "-", "\\", "a\nb"};
    private static final String[] SYMLINKS = {"/app/f", "../f", ".", "/", "missing/x", "../../../../etc/passwd", "l"};
    private static final int[] MODES = {0644, 0600, 0, 0111, 0777, 01666, 0400};
    /** Before 1970, and after what eleven octal digits hold. */
    private static final long[] TIMES = {0, 1_700_000_000, 1_600_000_000, -1, 10_000_000_000L};

    private static final long[] OWNERS = {0, 0, 0, 33, 1000, 4_000_000_000L};

    private HostileLayers() {}

    /** Files, links, attributes, owners and whiteouts at few enough paths that images often meet. */
    static Tar random(Random random, int entries) {
        Tar tar = new Tar();
        Set<String> named = new HashSet<>();
        String lastFile = "";
        for (int i = random.nextInt(entries + 1); i > 0; i--) {
            String parent = DIRECTORIES[random.nextInt(DIRECTORIES.length)];
            String path = parent + "/" + NAMES[random.nextInt(NAMES.length)];
            // Engines refuse layers that name a path twice.
            if (!named.add(path)) {
                continue;
            }
            tar.at(TIMES[random.nextInt(TIMES.length)], random.nextInt(3) == 0 ? random.nextInt(1_000_000_000) : 0);
            switch (random.nextInt(11)) {
                case 0 -> {
                    if (named.add(parent)) {
                        tar.directory(parent, random.nextInt(8) == 0 ? 01770 : 0755, 0);
                    }
                }
                case 1 -> tar.symlink(path, SYMLINKS[random.nextInt(SYMLINKS.length)]);
                case 2 -> {
                    if (!lastFile.isEmpty() && !lastFile.equals(path)) {
                        tar.hardLink(path, lastFile);
                    }
                }
                case 3 -> {
                    String gone = random.nextInt(6) == 0 ? parent : path;
                    if (named.add("gone " + gone)) {
                        tar.whiteout(gone);
                    }
                }
                case 4 -> tar.file(path, attributes(random), "attributed");
                case 5 -> {
                    int mode = MODES[random.nextInt(MODES.length)];
                    tar.file(path, mode, OWNERS[random.nextInt(OWNERS.length)], new byte[random.nextInt(2000)]);
                }
                case 6 -> {
                    if (random.nextInt(5) == 0 && named.add("opaque " + parent)) {
                        tar.opaque(parent);
                    }
                }
                case 7 ->
                    tar.add(Tar.entry(path, EntryType.FIFO, 0600, 0, 0, "", Collections.emptySortedMap()), new byte[0]);
                default -> {
                    tar.file(path, "content " + random.nextInt(3));
                    lastFile = path;
                }
            }
        }
        return tar;
    }

    private static SortedMap<String, String> attributes(Random random) {
        SortedMap<String, String> xattrs = new TreeMap<>();
        xattrs.put("user.n", "\u00ff" + random.nextInt(2));
        // What setcap writes for net_bind_service, and for nothing.
        xattrs.put("security.capability", "\1\0\0\2\0" + (random.nextBoolean() ? "\4" : "\0") + "\0".repeat(14));
        return xattrs;
    }
}
