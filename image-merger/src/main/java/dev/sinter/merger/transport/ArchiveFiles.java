package dev.sinter.merger.transport;

import dev.sinter.merger.MergeException;
import dev.sinter.merger.MergeProblem;
import dev.sinter.merger.oci.FileBlob;
import dev.sinter.merger.oci.Json;
import dev.sinter.merger.tar.EntryType;
import dev.sinter.merger.tar.TarEntry;
import dev.sinter.merger.tar.TarReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Members of an uncompressed tar file, read in place; links lead to other members. */
final class ArchiveFiles implements ImageFiles {

    private static final int MAX_MEMBERS = 100_000;
    private static final int MAX_LINKS = 10;

    private final FileBlob file;
    private final Map<String, TarEntry> members = new HashMap<>();

    ArchiveFiles(Path path) throws IOException {
        file = FileBlob.whole(path);
        try (InputStream in = file.open()) {
            TarReader reader = new TarReader(in);
            for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
                members.put(entry.path(), entry);
                if (members.size() > MAX_MEMBERS) {
                    throw new MergeException(MergeProblem.TOO_LARGE, "archive: more than " + MAX_MEMBERS + " members");
                }
            }
        }
    }

    @Override
    public FileBlob file(String name) {
        String at = name;
        for (int links = 0; links <= MAX_LINKS; links++) {
            TarEntry entry = members.get(at);
            if (entry == null) {
                throw new MergeException(
                        MergeProblem.TRUNCATED, "archive: no member " + name + " (expected: a whole image archive)");
            }
            if (entry.type() == EntryType.FILE) {
                return file.slice(entry.dataOffset(), entry.size());
            }
            at = entry.type() == EntryType.HARDLINK ? entry.linkTarget() : beside(at, entry.linkTarget());
        }
        throw new MergeException(MergeProblem.BAD_LINK, "archive: links of " + name + " go in circles");
    }

    private static String beside(String path, String target) {
        String joined =
                Path.of("/").resolve(path).resolveSibling(target).normalize().toString();
        return joined.substring(1);
    }

    /** Whole content of a small file. */
    static byte[] json(FileBlob blob, String name) throws IOException {
        if (blob.size() > Json.MAX_BYTES) {
            throw new MergeException(
                    MergeProblem.TOO_LARGE,
                    name + ": " + blob.size() + " bytes (expected: at most " + Json.MAX_BYTES + ")");
        }
        return blob.bytes();
    }
}
