package dev.sinter.merger.supply;

import dev.sinter.merger.contract.LaunchReader;
import dev.sinter.merger.tree.FileNode;
import dev.sinter.merger.tree.FileTree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** SBOMs inside images, where builders put them. */
public final class SbomFiles {

    private static final int MAX_FILES = 64;

    /** syft and others by convention; apko (Wolfi, Chainguard); Bitnami; buildpacks. */
    private static final Pattern PATHS = Pattern.compile("(usr/(local/)?share/|usr/lib/)?sbom/.*\\.json"
            + "|(app/|usr/)?(s?bom|[\\w.-]+\\.(cdx|spdx|cyclonedx|sbom))\\.json"
            + "|var/lib/db/sbom/.*\\.spdx\\.json"
            + "|opt/bitnami/.*/?\\.spdx-[^/]*\\.spdx"
            + "|layers/sbom/launch/.*sbom\\.(cdx|spdx)\\.json");

    private SbomFiles() {}

    public static List<byte[]> of(FileTree tree, LaunchReader.Contents contents) throws IOException {
        List<byte[]> found = new ArrayList<>();
        for (FileNode node : tree.all()) {
            if (found.size() < MAX_FILES
                    && node.isFile()
                    && PATHS.matcher(node.path()).matches()) {
                byte[] content = contents.read(node, SbomReader.MAX_BYTES);
                if (content != null) {
                    found.add(content);
                }
            }
        }
        return found;
    }
}
